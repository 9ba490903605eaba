package org.learnedsparse.integ;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.learnedsparse.tools.node.RealNode;

/** The harness that every other test here stands on. */
class RealNodeIT {

  @Test
  void outlivesKillAndStopWithItsDataAndPorts() throws IOException {
    RealNode node = RealNode.builder("real-node").withoutPlugins().heap("512m").start();
    URI url = node.url();
    long first = node.pid();
    node.http().request("PUT", "docs/_doc/1", Map.of("n", 1)).orThrow();
    assertThrows(IllegalStateException.class, node::restart);

    node.kill();
    assertFalse(ProcessHandle.of(first).map(ProcessHandle::isAlive).orElse(false));
    assertThrows(UncheckedIOException.class, () -> node.http().request("GET", "docs", null));
    node.restart();
    assertNotEquals(first, node.pid());
    assertEquals(url, node.url());
    assertEquals(
        1, node.http().request("GET", "docs/_doc/1", null).body().at("/_source/n").asInt());

    long second = node.pid();
    node.stop();
    assertFalse(ProcessHandle.of(second).map(ProcessHandle::isAlive).orElse(false));
    // Another node of the same name finds the data where it is told to keep it.
    try (RealNode next =
        RealNode.builder("real-node").withoutPlugins().heap("512m").keepData().start()) {
      assertEquals(200, next.http().request("GET", "docs/_doc/1", null).status());
    }
    assertFalse(Files.exists(node.home().resolve("data")));
  }

  @Test
  void whatDoesNotStartSaysWhy() {
    IOException failure =
        assertThrows(
            IOException.class,
            () ->
                RealNode.builder("real-node-unknown-setting")
                    .withoutPlugins()
                    .heap("512m")
                    .setting("no.such.setting", "x")
                    .start());
    assertTrue(
        failure.getMessage().contains("unknown setting [no.such.setting]"), failure::toString);
  }

  @Test
  void whatDoesNotInstallSaysWhy(@TempDir Path folder) throws IOException {
    Path zip = Files.writeString(folder.resolve("plugin.zip"), "no zip");
    IOException failure =
        assertThrows(
            IOException.class, () -> RealNode.builder("real-node-no-plugin").plugin(zip).start());
    assertTrue(failure.getMessage().contains("install " + zip + " ended with"), failure::toString);
    assertTrue(
        failure.getMessage().contains("missing a descriptor properties file"), failure::toString);
  }
}
