package org.learnedsparse.tools.node;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * An Elasticsearch distribution: unpacked once next to its zip, then laid out for any number of
 * nodes. What a node never changes ({@code lib}, {@code modules}) is hard-linked, what it may
 * change is copied.
 */
final class Distribution {

  private static final List<String> LINKED = List.of("lib", "modules");
  private static final List<String> COPIED = List.of("bin", "config");

  private final Path home;

  private Distribution(Path home) {
    this.home = home;
  }

  /** Unpacks the zip, unless that was done before. Safe when several programs do it at once. */
  static Distribution unpack(Path zip) throws IOException {
    try (ZipFile entries = new ZipFile(zip.toFile())) {
      String top = entries.stream().findFirst().orElseThrow().getName();
      Path home = zip.resolveSibling(top.substring(0, top.indexOf('/')));
      if (Files.notExists(home)) {
        Path staging = Files.createTempDirectory(zip.getParent(), "unpacking-");
        unpack(entries, staging);
        try {
          Files.move(staging.resolve(home.getFileName().toString()), home);
        } catch (IOException e) {
          if (Files.notExists(home)) {
            throw e;
          } // else another program was faster, and its tree is as good as ours
        }
        FileTree.delete(staging);
      }
      return new Distribution(home);
    }
  }

  /** Lays out a node's home: programs and default configuration, no data, no plugins. */
  void layOut(Path node) throws IOException {
    for (String folder : LINKED) {
      FileTree.link(home.resolve(folder), node.resolve(folder));
    }
    for (String folder : COPIED) {
      FileTree.copy(home.resolve(folder), node.resolve(folder));
    }
    Files.createDirectories(node.resolve("plugins"));
  }

  private static void unpack(ZipFile entries, Path target) throws IOException {
    for (Enumeration<? extends ZipEntry> all = entries.entries(); all.hasMoreElements(); ) {
      ZipEntry entry = all.nextElement();
      Path path = target.resolve(entry.getName()).normalize();
      if (path.startsWith(target) == false) {
        throw new IOException(entries.getName() + " has an entry outside itself: " + entry);
      }
      if (entry.isDirectory()) {
        Files.createDirectories(path);
        continue;
      }
      Files.createDirectories(path.getParent());
      try (InputStream content = entries.getInputStream(entry)) {
        Files.copy(content, path);
      }
      if (path.getParent().endsWith("bin") && path.toFile().setExecutable(true, false) == false) {
        throw new IOException("cannot make " + path + " executable");
      }
    }
  }
}
