package org.learnedsparse.integ.yaml;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.learnedsparse.integ.Jdks;
import org.learnedsparse.integ.TestModels;
import org.learnedsparse.tools.node.RealNode;
import org.learnedsparse.tools.node.Repository;

/**
 * All suites of {@code rest-api-spec/test} against a real node with the plugin installed: on the
 * JDK that runs the build, and again on JDK 25 where there is one. {@code -Dlearned_sparse.suite=}
 * with a part of a file's name runs only some.
 */
class YamlSuitesIT {

  private static final Path SUITES = Repository.root().resolve("rest-api-spec/test");

  private RealNode node;

  @TestFactory
  Stream<DynamicContainer> onThisJdk() throws IOException {
    return suites("yaml", Path.of(System.getProperty("java.home")));
  }

  @TestFactory
  Stream<DynamicContainer> onJdk25() throws IOException {
    Path home = Jdks.jdk25().orElse(null);
    assumeTrue(home != null, Jdks.NO_JDK_25);
    return suites("yaml-25", home);
  }

  /** Dynamic tests share one node: this runs after the last of them. */
  @AfterEach
  void stop() {
    if (node != null) {
      node.close();
    }
  }

  private Stream<DynamicContainer> suites(String name, Path javaHome) throws IOException {
    String part = System.getProperty("learned_sparse.suite", "");
    List<YamlSuite> suites =
        YamlSuite.readAll(SUITES).stream().filter(suite -> suite.name().contains(part)).toList();
    if (suites.isEmpty()) {
      throw new IllegalStateException("no suite in " + SUITES + " has [" + part + "] in its name");
    }
    node = TestModels.install(RealNode.builder(name).javaHome(javaHome)).start();
    YamlRunner runner = new YamlRunner(node.http());
    return suites.stream()
        .map(
            suite ->
                DynamicContainer.dynamicContainer(
                    suite.name(),
                    suite.tests().keySet().stream()
                        .map(
                            test ->
                                DynamicTest.dynamicTest(
                                    suite.name() + ": " + test, () -> runner.run(suite, test)))));
  }
}
