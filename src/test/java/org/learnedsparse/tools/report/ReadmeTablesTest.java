package org.learnedsparse.tools.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;
import org.learnedsparse.tools.node.Repository;

class ReadmeTablesTest {
  @Test
  void theDocumentsHoldWhatWasMeasured() throws IOException {
    for (String name : ReadmeTables.DOCUMENTS) {
      String document = Files.readString(Repository.root().resolve(name));
      assertEquals(
          ReadmeTables.rendered(document, ReadmeTables.results()),
          document,
          name + ": run docs/update-tables after ./evaluate … --json " + ReadmeTables.RESULTS);
    }
  }
}
