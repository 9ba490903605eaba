package org.learnedsparse.encode.folder;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The JSON at the head of a safetensors file: an object with an entry for each tensor, and {@code
 * __metadata__}, which is of no use here. It is read token by token, so that a header made of
 * nothing but brackets takes no memory.
 */
final class SafeTensorsHeader {
  private static final String METADATA = "__metadata__";

  private SafeTensorsHeader() {}

  /**
   * One tensor.
   *
   * @param type the type's name in the format
   * @param shape the lengths of the axes, each 0 or above; none for a single number
   * @param begin the first byte, counted from the header's end
   * @param end the byte after the last
   */
  record Entry(String type, List<Long> shape, long begin, long end) {}

  /** A header that the format does not allow; the message says what is wrong. */
  static final class InvalidException extends Exception {
    private static final long serialVersionUID = 1;

    InvalidException(String message) {
      super(message);
    }
  }

  /**
   * Reads and checks a header.
   *
   * @param data how many bytes follow the header
   * @return the tensors by name, in the header's order
   */
  static Map<String, Entry> parse(byte[] header, long data) throws InvalidException {
    if (header.length == 0 || header[0] != '{') {
      throw new InvalidException("its header is no JSON object");
    }
    Map<String, Entry> entries = new LinkedHashMap<>();
    try (JsonReader json =
        new JsonReader(
            new InputStreamReader(
                new ByteArrayInputStream(header), StandardCharsets.UTF_8.newDecoder()))) {
      json.setStrictness(Strictness.STRICT);
      json.beginObject();
      while (json.hasNext()) {
        String name = json.nextName();
        if (name.equals(METADATA)) {
          json.skipValue();
        } else if (entries.put(name, entry(name, json)) != null) {
          throw new InvalidException("its header has tensor [" + name + "] twice");
        }
      }
      json.endObject();
      if (json.peek() != JsonToken.END_DOCUMENT) {
        throw new InvalidException("its header goes on after its end");
      }
    } catch (MalformedJsonException
        | EOFException
        | CharacterCodingException
        | IllegalStateException
        | NumberFormatException e) {
      throw new InvalidException("its header is not valid: " + e.getMessage());
    } catch (IOException e) {
      throw new IllegalStateException("memory gave an input error", e);
    }
    checkLayout(entries, data);
    return entries;
  }

  private static Entry entry(String name, JsonReader json) throws IOException, InvalidException {
    String type = null;
    List<Long> shape = null;
    List<Long> offsets = null;
    json.beginObject();
    while (json.hasNext()) {
      switch (json.nextName()) {
        case "dtype" -> type = json.nextString();
        case "shape" -> shape = numbers(name, json);
        case "data_offsets" -> offsets = numbers(name, json);
        default -> json.skipValue();
      }
    }
    json.endObject();
    if (type == null || shape == null || offsets == null || offsets.size() != 2) {
      throw new InvalidException(
          "its tensor [" + name + "] needs [dtype], [shape] and two [data_offsets]");
    }
    Entry entry = new Entry(type, shape, offsets.get(0), offsets.get(1));
    TensorType known = TensorType.of(type);
    if (known != null && bytes(name, shape, known) != entry.end() - entry.begin()) {
      throw new InvalidException(
          "its tensor ["
              + name
              + "] of type ["
              + type
              + "] and shape "
              + shape
              + " has ["
              + (entry.end() - entry.begin())
              + "] bytes, not ["
              + bytes(name, shape, known)
              + "]");
    }
    return entry;
  }

  private static List<Long> numbers(String name, JsonReader json)
      throws IOException, InvalidException {
    List<Long> numbers = new ArrayList<>(2);
    json.beginArray();
    while (json.hasNext()) {
      // A string of digits would pass as a number.
      long number = json.peek() == JsonToken.NUMBER ? json.nextLong() : -1;
      if (number < 0) {
        throw new InvalidException(
            "its tensor [" + name + "] has a length or offset that is no integer from 0");
      }
      numbers.add(number);
    }
    json.endArray();
    return numbers;
  }

  private static long bytes(String name, List<Long> shape, TensorType type)
      throws InvalidException {
    try {
      long bytes = type.bytes();
      for (long length : shape) {
        bytes = Math.multiplyExact(bytes, length);
      }
      return bytes;
    } catch (ArithmeticException e) {
      throw new InvalidException(
          "its tensor [" + name + "] has a shape beyond all bounds: " + shape);
    }
  }

  /** The tensors must cover the data, without overlap or gap: the format says so. */
  private static void checkLayout(Map<String, Entry> entries, long data) throws InvalidException {
    List<Map.Entry<String, Entry>> sorted =
        entries.entrySet().stream()
            .sorted(
                Comparator.comparingLong((Map.Entry<String, Entry> e) -> e.getValue().begin())
                    .thenComparingLong(e -> e.getValue().end()))
            .toList();
    long covered = 0;
    for (Map.Entry<String, Entry> entry : sorted) {
      long begin = entry.getValue().begin();
      long end = entry.getValue().end();
      if (begin != covered || end < begin || end > data) {
        throw new InvalidException(
            "its tensor ["
                + entry.getKey()
                + "] claims bytes ["
                + begin
                + "] to ["
                + end
                + "] of ["
                + data
                + "], where it must begin at ["
                + covered
                + "]");
      }
      covered = end;
    }
    if (covered != data) {
      throw new InvalidException(
          "its tensors have [" + covered + "] bytes, but [" + data + "] follow the header");
    }
  }
}
