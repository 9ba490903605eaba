package org.learnedsparse.integ.security;

import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.TestFactory;
import org.learnedsparse.integ.yaml.YamlSuites;

/** The suites of {@code rest-api-spec/test/security}, whose requests are those of several users. */
abstract class RightsSuites {
  /** The suites' comments tell their passwords. */
  static List<User> users() {
    return List.of(
        User.of("yaml-reader", "shelf", "read"),
        new User("yaml-manager", List.of("manage"), List.of()));
  }

  @TestFactory
  Stream<DynamicContainer> suites() throws IOException {
    return YamlSuites.secured().against(SecurityIT.node().admin());
  }
}
