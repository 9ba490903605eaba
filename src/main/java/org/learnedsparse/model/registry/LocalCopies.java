package org.learnedsparse.model.registry;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.elasticsearch.ElasticsearchStatusException;
import org.elasticsearch.common.UUIDs;
import org.elasticsearch.common.hash.MessageDigests;
import org.elasticsearch.core.IOUtils;
import org.elasticsearch.rest.RestStatus;
import org.learnedsparse.model.Digests;

/**
 * The models of the registry on this node's disk, below its temporary folder. A copy is written
 * beside, and takes its place when it is whole.
 */
final class LocalCopies {
  /** Where copies are written until they are whole; no id begins with a dot. */
  private static final String UNFINISHED = ".unfinished";

  private final ModelStore store;
  private final Path root;

  /**
   * @param root what is in it is deleted: copies that an earlier run of the node left
   */
  LocalCopies(ModelStore store, Path root) throws IOException {
    this.store = store;
    this.root = root;
    IOUtils.rm(root);
  }

  /** The folder of a verified model, copied if it was not. */
  Path of(StoredModel model) throws IOException {
    Path folder = root.resolve(model.id()).resolve(model.digest());
    if (Files.isDirectory(folder)) {
      return folder;
    }
    Path beside = beside(model.id());
    try {
      SortedMap<String, FileDigest> files = write(model, store.parts(model), beside);
      if (files.equals(model.files()) == false) {
        throw new IllegalStateException(
            "model ["
                + model.id()
                + "] is damaged in the registry: its files are "
                + files
                + ", and were verified as "
                + model.files()
                + "; delete it and upload it again");
      }
      moveInPlace(model, beside, folder);
      return folder;
    } finally {
      IOUtils.rm(beside);
    }
  }

  private static void moveInPlace(StoredModel model, Path beside, Path folder) {
    try {
      Files.createDirectories(folder.getParent());
      Files.move(beside, folder, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      // A model that is forgotten while it is loaded may be loaded twice at once: the first counts.
      if (Files.isDirectory(folder) == false) {
        throw notWritten(model, folder, e);
      }
    }
  }

  /** A folder of a model that no other has; the caller deletes it. */
  Path beside(String id) {
    return root.resolve(UNFINISHED).resolve(id + "-" + UUIDs.randomBase64UUID());
  }

  /**
   * Deletes a model's copies that are whole. Where a file is open, Linux keeps it until it is
   * closed.
   */
  void drop(String id) throws IOException {
    IOUtils.rm(root.resolve(id));
  }

  /** Deletes one copy of a model. */
  void drop(String id, String digest) throws IOException {
    IOUtils.rm(root.resolve(id).resolve(digest));
  }

  /** The digests of all copies that are whole, by the models' ids. */
  NavigableMap<String, Set<String>> held() throws IOException {
    NavigableMap<String, Set<String>> held = new TreeMap<>();
    for (String id : folders(root)) {
      Set<String> digests = folders(root.resolve(id));
      if (id.equals(UNFINISHED) == false && digests.isEmpty() == false) {
        held.put(id, digests);
      }
    }
    return held;
  }

  private static Set<String> folders(Path folder) throws IOException {
    try (Stream<Path> children = Files.list(folder)) {
      return children
          .filter(Files::isDirectory)
          .map(child -> child.getFileName().toString())
          .collect(Collectors.toSet());
    } catch (NoSuchFileException e) {
      // None yet, or deleted meanwhile.
      return Set.of();
    }
  }

  /**
   * Writes a model's files into a folder.
   *
   * @throws IllegalArgumentException if a part is missing
   * @throws ElasticsearchStatusException 507 if the files cannot be written
   */
  SortedMap<String, FileDigest> write(StoredModel model, List<FilePart> parts, Path folder) {
    Map<String, List<FilePart>> files = new TreeMap<>();
    for (FilePart part : parts) {
      files.computeIfAbsent(part.file(), name -> new ArrayList<>()).add(part);
    }
    files.values().forEach(LocalCopies::checkWhole);
    SortedMap<String, FileDigest> digests = new TreeMap<>();
    try {
      for (Map.Entry<String, List<FilePart>> file : files.entrySet()) {
        Path target = folder.resolve(file.getKey());
        Files.createDirectories(target.getParent());
        digests.put(file.getKey(), writeFile(model, file.getValue(), target));
      }
      if (model.settings().isEmpty() == false) {
        Files.createDirectories(folder);
        digests.put(FileNames.SETTINGS, writeSettings(model, folder));
      }
    } catch (IOException e) {
      throw notWritten(model, folder, e);
    }
    return digests;
  }

  private static ElasticsearchStatusException notWritten(
      StoredModel model, Path folder, IOException e) {
    return new ElasticsearchStatusException(
        "model [{}] cannot be written to [{}]: {}; is the disk full?",
        RestStatus.INSUFFICIENT_STORAGE,
        e,
        model.id(),
        folder,
        e.getMessage());
  }

  private static void checkWhole(List<FilePart> parts) {
    for (int i = 0; i < parts.size(); i++) {
      FilePart part = parts.get(i);
      if (part.parts() != parts.get(0).parts()) {
        throw new IllegalArgumentException(
            "["
                + part.file()
                + "]: part ["
                + parts.get(0).part()
                + "] says there are ["
                + parts.get(0).parts()
                + "] parts, and part ["
                + part.part()
                + "] says ["
                + part.parts()
                + "]; delete the model and upload it again");
      }
      if (part.part() != i + 1) {
        throw missing(part, i + 1);
      }
    }
    FilePart last = parts.get(parts.size() - 1);
    if (last.part() < last.parts()) {
      throw missing(last, last.part() + 1);
    }
  }

  private static IllegalArgumentException missing(FilePart part, int number) {
    return new IllegalArgumentException(
        "["
            + part.file()
            + "]: part ["
            + number
            + "] of ["
            + part.parts()
            + "] is missing; upload it with [PUT …/files/"
            + part.file()
            + "?part="
            + number
            + "&parts="
            + part.parts()
            + "]");
  }

  private FileDigest writeFile(StoredModel model, List<FilePart> parts, Path target)
      throws IOException {
    MessageDigest digest = MessageDigests.sha256();
    long bytes = 0;
    try (OutputStream out = Files.newOutputStream(target)) {
      for (FilePart part : parts) {
        byte[] content = store.content(model, part);
        digest.update(content);
        out.write(content);
        bytes += content.length;
      }
    }
    return new FileDigest(bytes, Digests.hex(digest.digest()));
  }

  private static FileDigest writeSettings(StoredModel model, Path folder) throws IOException {
    byte[] bytes = model.settings().getBytes(StandardCharsets.UTF_8);
    Files.write(folder.resolve(FileNames.SETTINGS), bytes);
    return new FileDigest(bytes.length, Digests.sha256(bytes));
  }
}
