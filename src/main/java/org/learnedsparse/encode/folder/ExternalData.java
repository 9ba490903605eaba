package org.learnedsparse.encode.folder;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The files beside an ONNX graph in which it keeps weights, found in the graph without loading it.
 *
 * <p>ONNX Runtime opens them natively, past every check of the JVM and of Elasticsearch, and takes
 * some locations for addresses in its memory. So every location is checked before: also in tensors
 * that no session would read, and whether or not the tensor says that its data is external.
 */
public final class ExternalData {
  /** ONNX Runtime's own limit. */
  private static final int MAX_DEPTH = 100;

  private static final int MAX_NAME_BYTES = 4096;
  private static final int MAX_TENSOR_NAME_BYTES = 1 << 16;
  private static final int EXTERNAL = 1;
  private static final String LOCATION = "location";
  private static final String OFFSET = "offset";
  private static final String LENGTH = "length";
  private static final Set<String> KEYS = Set.of(LOCATION, OFFSET, LENGTH);

  /** Names that make ONNX Runtime expect another format than ONNX. */
  private static final String OTHER_FORMAT = ".ort";

  /** Absolute on any system. */
  private static final Pattern ABSOLUTE = Pattern.compile("[/\\\\].*|[A-Za-z]:.*", Pattern.DOTALL);

  /** How ONNX Runtime marks what lies in its memory, with an address for an offset. */
  private static final String MEMORY = "*/_ORT_";

  private final Path folder;
  private final Path graph;
  private final String name;
  private final ProtobufReader reader;

  /** The location that was checked last: most graphs name a single one, for every tensor. */
  private String checked;

  private long checkedSize;

  private final GraphWeights weights = new GraphWeights();

  private ExternalData(Path folder, Path graph, String name, ProtobufReader reader) {
    this.folder = folder;
    this.graph = graph;
    this.name = name;
    this.reader = reader;
  }

  /**
   * Checks that every file in which a graph keeps weights is there, inside the model's folder, and
   * long enough.
   *
   * @param folder the model's folder
   * @param graph an ONNX graph in it; locations are relative to the folder it lies in
   * @return the weights of the graph, wherever they lie
   * @throws ModelException if a location is absolute, leads outside the folder, is missing or too
   *     short, or if the graph is no complete ONNX file
   * @throws IOException if a file cannot be read
   */
  public static GraphWeights check(Path folder, Path graph) throws IOException {
    String name =
        graph.startsWith(folder)
            ? folder.relativize(graph).toString()
            : String.valueOf(graph.getFileName());
    if (name.toLowerCase(Locale.ROOT).endsWith(OTHER_FORMAT)) {
      throw new ModelException(
          "["
              + name
              + "] has the name of a graph in ONNX Runtime's own format; export it as [.onnx]");
    }
    try (FileChannel channel = FileChannel.open(graph)) {
      ProtobufReader reader = new ProtobufReader(name, channel);
      ExternalData data = new ExternalData(folder, graph, name, reader);
      data.walk(OnnxMessage.MODEL, reader.size(), 0, "");
      return data.weights;
    }
  }

  /**
   * @param node what the node around it writes, as far as it is known; empty outside nodes
   */
  private void walk(OnnxMessage message, long end, int depth, String node) throws IOException {
    if (depth > MAX_DEPTH) {
      throw reader.malformed("messages in each other, more than [" + MAX_DEPTH + "] deep,");
    }
    String writer = message == OnnxMessage.GRAPH ? "" : node;
    while (reader.position() < end) {
      long tag = reader.tag(end);
      int type = (int) (tag & 7);
      OnnxMessage inner = type == ProtobufReader.BYTES ? message.in(tag >>> 3) : null;
      if (inner == OnnxMessage.TENSOR) {
        tensor(reader.contentEnd(end), writer);
      } else if (inner != null) {
        walk(inner, reader.contentEnd(end), depth + 1, writer);
      } else if (message == OnnxMessage.NODE && tag == field(OnnxMessage.NODE_INPUT)) {
        weights.use(reader.text(end, MAX_TENSOR_NAME_BYTES));
      } else if (message == OnnxMessage.NODE && tag == field(OnnxMessage.NODE_OUTPUT)) {
        writer = reader.text(end, MAX_TENSOR_NAME_BYTES);
      } else {
        reader.skip(type, end);
      }
    }
  }

  private static long field(int number) {
    return (long) number << 3 | ProtobufReader.BYTES;
  }

  private void tensor(long end, String node) throws IOException {
    long bytes = end - reader.position();
    String tensorName = node;
    long dataType = 0;
    Map<String, String> external = new HashMap<>();
    boolean isExternal = false;
    while (reader.position() < end) {
      long tag = reader.tag(end);
      int type = (int) (tag & 7);
      long field = tag >>> 3;
      if (type == ProtobufReader.BYTES
          && OnnxMessage.TENSOR.in(field) == OnnxMessage.EXTERNAL_DATA) {
        entry(reader.contentEnd(end), external);
      } else if (type == ProtobufReader.VARINT && field == OnnxMessage.TENSOR_DATA_LOCATION) {
        isExternal |= reader.varint(end) == EXTERNAL;
      } else if (type == ProtobufReader.VARINT && field == OnnxMessage.TENSOR_DATA_TYPE) {
        dataType = reader.varint(end);
      } else if (node.isEmpty() && tag == field(OnnxMessage.TENSOR_NAME)) {
        tensorName = reader.text(end, MAX_TENSOR_NAME_BYTES);
      } else {
        reader.skip(type, end);
      }
    }
    if (external.isEmpty() == false || isExternal) {
      bytes += check(external);
    }
    weights.add(tensorName, bytes, dataType);
  }

  private void entry(long end, Map<String, String> entries) throws IOException {
    String key = "";
    String value = "";
    while (reader.position() < end) {
      long tag = reader.tag(end);
      int type = (int) (tag & 7);
      long field = tag >>> 3;
      if (type == ProtobufReader.BYTES && field == OnnxMessage.EXTERNAL_DATA_KEY) {
        key = reader.text(end, MAX_NAME_BYTES);
      } else if (type == ProtobufReader.BYTES && field == OnnxMessage.EXTERNAL_DATA_VALUE) {
        value = reader.text(end, MAX_NAME_BYTES);
      } else {
        reader.skip(type, end);
      }
    }
    // What else there may be, such as a checksum, is not kept: there is no end to it.
    if (KEYS.contains(key) && entries.put(key, value) != null) {
      throw reader.malformed("a tensor with external data that has [" + key + "] twice");
    }
  }

  /** Checks where a tensor lies; returns how many bytes it has there. */
  private long check(Map<String, String> external) throws IOException {
    String location = external.get(LOCATION);
    if (location == null) {
      throw reader.malformed("a tensor with external data, but no [" + LOCATION + "],");
    }
    if (location.equals(checked) == false) {
      checkedSize = size(location);
      checked = location;
    }
    long offset = number(location, OFFSET, external.get(OFFSET));
    long length = number(location, LENGTH, external.get(LENGTH));
    if (offset > checkedSize || length > checkedSize - offset) {
      throw refused(
          location,
          "which has ["
              + checkedSize
              + "] bytes; a tensor begins at ["
              + offset
              + "] and has ["
              + length
              + "] bytes",
          "copy or download that file again");
    }
    return external.containsKey(LENGTH) ? length : checkedSize - offset;
  }

  private long number(String location, String key, String value) {
    if (value == null) {
      return 0;
    }
    try {
      long number = Long.parseLong(value);
      if (number >= 0) {
        return number;
      }
    } catch (NumberFormatException e) {
      // as a negative one
    }
    throw refused(
        location,
        "with [" + key + "] of [" + value + "], which is no whole number from 0",
        "export the graph again");
  }

  /** The length of the file at a location, once it is known to be inside the folder. */
  private long size(String location) throws IOException {
    if (location.startsWith(MEMORY)) {
      throw refused(location, "which means an address in memory", "export the graph again");
    }
    if (ABSOLUTE.matcher(location).matches()) {
      throw refused(location, "which is absolute", "export the graph with its data beside it");
    }
    try {
      Path file = graph.resolveSibling(location);
      if (file.normalize().startsWith(folder.normalize()) == false) {
        throw outside(location);
      }
      // Every link followed, as the system will when it opens the file.
      Path real = realPath(location, file);
      if (real.startsWith(folder.toRealPath()) == false) {
        throw outside(location);
      }
      if (Files.isRegularFile(real) == false) {
        throw refused(location, "which is no file", "copy that file into the folder");
      }
      return Files.size(real);
    } catch (NoSuchFileException e) {
      throw refused(
          location, "which is missing", "copy that file into the folder, beside the graph");
    } catch (FileSystemException e) {
      throw refused(
          location,
          "which cannot be opened (" + e.getReason() + ")",
          "copy that file into the folder, beside the graph, and not as a link");
    } catch (InvalidPathException e) {
      throw refused(location, "which cannot be the name of a file", "export the graph again");
    }
  }

  private Path realPath(String location, Path file) throws FileSystemException {
    try {
      return file.toRealPath();
    } catch (FileSystemException e) {
      throw e;
    } catch (IOException e) {
      // Not the file system's answer but Elasticsearch's: the link leads where it allows no one.
      throw outside(location);
    }
  }

  private ModelException outside(String location) {
    return refused(
        location,
        "which lies outside the model's folder [" + folder + "]",
        "copy the data into the folder, beside the graph, and not as a link");
  }

  private ModelException refused(String location, String why, String fix) {
    return new ModelException(
        "[" + name + "] keeps weights in [" + location + "], " + why + ": " + fix);
  }
}
