package org.learnedsparse.integ.yaml;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.learnedsparse.tools.node.RealNode;
import org.opentest4j.TestAbortedException;

/**
 * The runner itself: right suites pass, wrong ones fail and say where, and nothing stays behind.
 */
class YamlRunnerIT {

  private static final String SETUP =
      """
      setup:
        - do:
            bulk:
              refresh: true
              index: docs
              body:
                - { index: { _id: a } }
                - { rank: 1 }
      ---
      """;

  private static RealNode node;
  private static YamlRunner runner;

  @TempDir private Path folder;

  @BeforeAll
  static void start() throws IOException {
    node = RealNode.builder("yaml-runner").withoutPlugins().heap("512m").start();
    runner = new YamlRunner(node.http());
  }

  @AfterAll
  static void stop() {
    if (node != null) {
      node.close();
    }
  }

  private void run(String steps) throws IOException {
    Path file = folder.resolve("10_basic.yml");
    Files.writeString(file, SETUP + "the test:\n" + steps.indent(2));
    runner.run(YamlSuite.read(file, "area/10_basic.yml"), "the test");
  }

  @Test
  void passesWhatIsRight() throws IOException {
    run(
        """
        - requires: { test_runner_features: [close_to, headers], reason: an example }
        - do: { search: { index: docs, body: { query: { match_all: {} } } } }
        - match: { hits.total.value: 1 }
        - set: { hits.hits.0._id: id }
        - do: { get: { index: docs, id: $id } }
        - match: { _source: { rank: 1 } }
        - do: { exists: { index: docs, id: $id } }
        - is_true: ''
        - do: { exists: { index: docs, id: none } }
        - is_false: ''
        - do: { catch: missing, get: { index: docs, id: none } }
        - do: { catch: bad_request, search: { index: docs, body: { query: { none: {} } } } }
        - do: { catch: '/unknown query \\[none\\]/', search: { body: { query: { none: {} } } } }
        - do: { catch: conflict, create: { index: docs, id: a, body: {} } }
        - do: { catch: param, get: { index: docs } }
        - do: { indices.delete: { index: none, ignore: 404 } }
        - do: { raw: { method: GET, path: docs/_count } }
        - match: { count: 1 }
        - do:
            warnings: ['Legacy index templates are deprecated in favor of composable templates.']
            indices.put_template: { name: t, body: { index_patterns: [x] } }
        - do:
            cat.indices: { index: docs, h: index }
        - match: { $body: '/^docs \\n$/' }
        """);
  }

  static Stream<Arguments> wrong() {
    return Stream.of(
        Arguments.of(
            "- do: { count: { index: docs } }\n- match: { count: 2 }",
            "area/10_basic.yml:12 [the test] match [count]\n  expected: 2\n  actual:   1\n"
                + "  last call: GET /docs/_count"),
        Arguments.of(
            "- do: { get: { index: docs, id: none } }",
            "area/10_basic.yml:11 [the test] do status\n  expected: success\n  actual:   404\n"
                + "  last call: GET /docs/_doc/none"),
        Arguments.of(
            "- do: { catch: missing, get: { index: docs, id: a } }",
            "area/10_basic.yml:11 [the test] do status\n  expected: status 404\n  actual:   200\n"),
        Arguments.of(
            "- do: { catch: conflict, get: { index: docs, id: none } }",
            "area/10_basic.yml:11 [the test] do status\n  expected: status 409\n  actual:   404\n"),
        Arguments.of(
            "- do: { catch: request, get: { index: docs, id: none } }",
            "area/10_basic.yml:11 [the test] do status\n  expected: an error other than"),
        Arguments.of(
            "- do: { catch: '/unknown query \\[some\\]/', search: { body: { query: { none: {} } } } }",
            "area/10_basic.yml:11 [the test] do status\n  expected: an error that matches"),
        Arguments.of(
            "- do: { catch: param, get: { index: docs, id: a } }",
            "area/10_basic.yml:11 [the test] do a call that the API refuses"),
        Arguments.of(
            "- do: { indices.put_template: { name: t, body: { index_patterns: [x] } } }",
            "area/10_basic.yml:11 [the test] do warnings\n  missing:    []\n"
                + "  unexpected: [Legacy index templates"),
        Arguments.of(
            "- do: { warnings: [careful], count: { index: docs } }",
            "area/10_basic.yml:11 [the test] do warnings\n  missing:    [careful]"),
        Arguments.of(
            "- set: { hits.none: id }",
            "area/10_basic.yml:11 [the test] set [hits.none]\n  expected: a value to set"));
  }

  @ParameterizedTest
  @MethodSource("wrong")
  void failsWhatIsWrong(String steps, String message) {
    AssertionError failure = assertThrows(YamlRunner.TestFailure.class, () -> run(steps));
    assertEquals(
        message,
        failure
            .getMessage()
            .substring(0, Math.min(message.length(), failure.getMessage().length())));
  }

  @Test
  void skipsWhatItCannotRun() {
    assertThrows(
        TestAbortedException.class,
        () -> run("- requires: { test_runner_features: fly, reason: an example }"));
    assertThrows(
        TestAbortedException.class, () -> run("- skip: { awaits_fix: later, reason: a fault }"));
  }

  @Test
  void leavesNothingBehind() throws IOException {
    run(
        """
        - do: { ingest.put_pipeline: { id: p, body: { processors: [] } } }
        - do: { indices.put_index_template: { name: t, body: { index_patterns: [x] } } }
        - do: { cluster.put_component_template: { name: c, body: { template: {} } } }
        - do: { cluster.put_settings: { body: { transient: { search.max_buckets: 99 } } } }
        - do: { search: { index: docs, scroll: 1m } }
        """);
    assertEquals("{}", node.http().request("GET", "_all?expand_wildcards=all", null).text());
    assertEquals("{}", node.http().request("GET", "_ingest/pipeline/p", null).text());
    assertEquals(404, node.http().request("GET", "_index_template/t", null).status());
    assertEquals(404, node.http().request("GET", "_component_template/c", null).status());
    assertEquals(
        "{\"persistent\":{},\"transient\":{}}",
        node.http().request("GET", "_cluster/settings", null).text());
  }
}
