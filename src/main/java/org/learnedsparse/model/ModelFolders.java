package org.learnedsparse.model;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Where models lie on this node: those that ship with the plugin, and those in the node's own
 * {@code config/learned-sparse/models/}. Where both have a name, the node's own counts.
 */
final class ModelFolders {
  private static final Pattern ID = Pattern.compile("[a-z0-9][a-z0-9._-]{0,99}");

  private final List<Path> parents;

  /**
   * @param parents folders that hold one folder a model; later ones win. They need not exist
   */
  ModelFolders(Path... parents) {
    this.parents = List.of(parents);
  }

  /** What an id is made of, for messages. */
  static final String ID_RULE =
      "An id is made of a-z, 0-9, dot, hyphen and underscore, and begins with a letter or digit";

  /** Whether a name can be a model's id. */
  static boolean isId(String name) {
    return ID.matcher(name).matches();
  }

  /** Every model's folder, by id. Folders whose names cannot be ids are left out. */
  NavigableMap<String, Path> list() {
    NavigableMap<String, Path> folders = new TreeMap<>();
    for (Path parent : parents) {
      if (Files.isDirectory(parent)) {
        try (Stream<Path> children = Files.list(parent)) {
          children
              .filter(Files::isDirectory)
              .filter(child -> isId(child.getFileName().toString()))
              .forEach(child -> folders.put(child.getFileName().toString(), child));
        } catch (IOException e) {
          throw new UncheckedIOException("the models in [" + parent + "] cannot be listed", e);
        }
      }
    }
    return folders;
  }

  /** The folder of one model, unless there is none. An id is a name, never a path. */
  Optional<Path> find(String id) {
    return isId(id) ? Optional.ofNullable(list().get(id)) : Optional.empty();
  }
}
