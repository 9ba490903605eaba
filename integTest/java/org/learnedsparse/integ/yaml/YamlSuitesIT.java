package org.learnedsparse.integ.yaml;

import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.TestFactory;
import org.learnedsparse.integ.Jdks;
import org.learnedsparse.integ.TestModels;
import org.learnedsparse.tools.node.RealNode;

/**
 * All suites of {@code rest-api-spec/test} but those about security, against a real node with the
 * plugin installed: on the JDK that runs the build, and again on JDK 25 where there is one.
 */
class YamlSuitesIT {

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
    YamlSuites suites = YamlSuites.open();
    assumeFalse(suites.isEmpty(), "none was asked for");
    node = TestModels.install(RealNode.builder(name).javaHome(javaHome)).start();
    return suites.against(node.http());
  }
}
