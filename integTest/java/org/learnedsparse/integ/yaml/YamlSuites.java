package org.learnedsparse.integ.yaml;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.learnedsparse.tools.node.Http;
import org.learnedsparse.tools.node.Repository;

/**
 * Suites of {@code rest-api-spec/test}. {@code -Dlearned_sparse.suite=} with a part of a file's
 * name leaves only some.
 */
public final class YamlSuites {
  private static final Path FOLDER = Repository.root().resolve("rest-api-spec/test");
  private static final Predicate<YamlSuite> SECURED = suite -> suite.name().startsWith("security/");

  private final List<YamlSuite> suites;

  private YamlSuites(Predicate<YamlSuite> which) throws IOException {
    String part = System.getProperty("learned_sparse.suite", "");
    suites =
        YamlSuite.readAll(FOLDER).stream()
            .filter(which.and(suite -> suite.name().contains(part)))
            .toList();
    if (suites.isEmpty() && part.isEmpty()) {
      throw new IllegalStateException("there are no such suites in " + FOLDER);
    }
  }

  /** Those for a node where everybody may do everything. */
  static YamlSuites open() throws IOException {
    return new YamlSuites(SECURED.negate());
  }

  /** Those for a node that asks for passwords. */
  public static YamlSuites secured() throws IOException {
    return new YamlSuites(SECURED);
  }

  /** Whether none is left. */
  boolean isEmpty() {
    return suites.isEmpty();
  }

  /**
   * Their tests.
   *
   * @param http reaches the node, as a user who may do everything
   */
  public Stream<DynamicContainer> against(Http http) {
    YamlRunner runner = new YamlRunner(http);
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
