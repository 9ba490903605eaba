package org.learnedsparse.tools.node;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Where this checkout lies, and what the build left in it. */
public final class Repository {

  private static final String MARKER = "plugin-descriptor.properties";

  private Repository() {}

  /**
   * The root of the checkout: the system property {@code learned_sparse.root}, else the nearest
   * parent of the working directory that holds {@code plugin-descriptor.properties}.
   */
  public static Path root() {
    String property = System.getProperty("learned_sparse.root");
    Path start = Path.of(property == null ? "" : property).toAbsolutePath().normalize();
    if (property != null) {
      if (Files.exists(start.resolve(MARKER)) == false) {
        throw new IllegalStateException(
            "learned_sparse.root is " + start + ", which holds no " + MARKER);
      }
      return start;
    }
    for (Path folder = start; folder != null; folder = folder.getParent()) {
      if (Files.exists(folder.resolve(MARKER))) {
        return folder;
      }
    }
    throw new IllegalStateException(
        "no "
            + MARKER
            + " in "
            + start
            + " or above it: run inside the checkout,"
            + " or set -Dlearned_sparse.root");
  }

  /** The installable zip that {@code mvn package} left in {@code target/}. */
  public static Path pluginZip() throws IOException {
    Path target = root().resolve("target");
    List<Path> zips = new ArrayList<>();
    if (Files.isDirectory(target)) {
      try (DirectoryStream<Path> found = Files.newDirectoryStream(target, "learned-sparse-*.zip")) {
        found.forEach(zips::add);
      }
    }
    if (zips.size() != 1) {
      throw new IOException(
          (zips.isEmpty() ? "no plugin zip" : "more than one plugin zip " + zips)
              + " in "
              + target
              + ": run `mvn clean package -DskipTests`");
    }
    return zips.get(0);
  }

  /** The Elasticsearch distribution that {@code mvn package} copied to {@code target/}. */
  public static Path distributionZip() throws IOException {
    Path zip = root().resolve("target/distribution/elasticsearch.zip");
    if (Files.exists(zip) == false) {
      throw new IOException(
          "no Elasticsearch distribution at " + zip + ": run `mvn package -DskipTests`");
    }
    return zip;
  }
}
