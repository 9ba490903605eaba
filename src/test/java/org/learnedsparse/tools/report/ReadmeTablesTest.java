package org.learnedsparse.tools.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;
import org.learnedsparse.tools.node.Repository;

class ReadmeTablesTest {
  @Test
  void theReadmeHoldsWhatWasMeasured() throws IOException {
    String readme = Files.readString(Repository.root().resolve(ReadmeTables.README));
    assertEquals(
        ReadmeTables.rendered(readme),
        readme,
        "run docs/update-tables after ./evaluate or bench/search has written a result");
  }
}
