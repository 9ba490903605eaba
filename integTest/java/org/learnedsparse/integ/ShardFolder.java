package org.learnedsparse.integ;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.lucene.index.CheckIndex;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.learnedsparse.tools.node.RealNode;

/** The Lucene index of a node's only shard of an index, on disk. */
final class ShardFolder {
  private final Path folder;

  /**
   * @param node its data folder is where it is by default
   */
  ShardFolder(RealNode node, String index) {
    String uuid =
        node.http()
            .request("GET", "_cat/indices/" + index + "?h=uuid", null)
            .orThrow()
            .text()
            .strip();
    folder = node.home().resolve("data/indices").resolve(uuid).resolve("0/index");
    assertTrue(Files.isDirectory(folder), folder::toString);
  }

  /** The temporary files in it. */
  List<String> temporaryFiles() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".tmp"))
          .toList();
    }
  }

  /** Runs Lucene's own check of its last commit; the node must not run. */
  void assertClean() throws IOException {
    ByteArrayOutputStream log = new ByteArrayOutputStream();
    try (Directory directory = FSDirectory.open(folder);
        CheckIndex check = new CheckIndex(directory);
        PrintStream out = new PrintStream(log, true, StandardCharsets.UTF_8)) {
      check.setInfoStream(out);
      CheckIndex.Status status = check.checkIndex();
      assertTrue(status.clean, () -> log.toString(StandardCharsets.UTF_8));
    }
  }
}
