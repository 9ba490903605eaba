package org.learnedsparse.tools.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.learnedsparse.tools.node.Http;
import org.learnedsparse.tools.node.Repository;

class FamiliesTableTest {
  @TempDir Path root;

  @Test
  void theDocumentHoldsWhatIsTested() throws IOException {
    String document = Files.readString(Repository.root().resolve(ReadmeTables.MODELS));
    assertEquals(
        ReadmeTables.withFamilies(document, Repository.root()),
        document,
        "run docs/update-tables after a family has been added or written again");
  }

  @Test
  void everyFamilyHasARow() throws IOException {
    family("sum", "SPLADE v1: summed over the tokens", 2, 1, 1e-4);
    model("sum", "onnx/model.onnx", "onnx");
    model("sum", "config.json", "{}");
    model("sum", "tokenizer.json", "{}");
    model("sum", "tokenizer_config.json", "{}");
    model("sum", "config_sentence_transformers.json", "{}");
    family("impact", "Impacts. One weight a word", 3, 4, 0.01);
    model("impact", "model.onnx", "onnx");
    model("impact", "model.json", "{\"max_length\": 64, \"query\": {\"table\": 1}}");
    Files.createDirectories(root.resolve("integTest/families/generate"));
    assertEquals(
        """
        | test | family | files, without configuration | settings | texts | a weight is off by at most | status |
        |---|---|---|---|---:|---:|---|
        | `impact` | Impacts | `model.json`, `model.onnx` | stated: query | 7 | 0.01 | parity test |
        | `sum` | SPLADE v1 | `onnx/model.onnx`, `tokenizer.json` | detected | 3 | 0.0001 | parity test |
        """,
        FamiliesTable.render(root));
  }

  @Test
  void firstClauseNamesTheFamily() {
    assertEquals("CSR", FamiliesTable.firstClause("CSR: mean pooling, then an autoencoder"));
    assertEquals("Off", FamiliesTable.firstClause("Off; by little"));
    assertEquals("In config.json", FamiliesTable.firstClause("In config.json. And more"));
    assertEquals("In config.json", FamiliesTable.firstClause("In config.json."));
    assertEquals("a \\| b", FamiliesTable.firstClause("a | b"));
  }

  @Test
  void noFamiliesAreAMistake() throws IOException {
    Files.createDirectories(root.resolve("integTest/families"));
    String message =
        assertThrows(IllegalStateException.class, () -> FamiliesTable.render(root)).getMessage();
    assertEquals("no parity.json in any folder of integTest/families", message);
  }

  private void family(String name, String description, int documents, int queries, double tolerance)
      throws IOException {
    Path folder = root.resolve("integTest/families").resolve(name);
    Files.createDirectories(folder);
    Map<String, Object> parity =
        Map.of(
            "description",
            description,
            "tolerance",
            tolerance,
            "document",
            texts(documents),
            "query",
            texts(queries));
    Http.JSON.writeValue(folder.resolve("parity.json").toFile(), parity);
  }

  private static List<Map<String, String>> texts(int count) {
    return Collections.nCopies(count, Map.of("text", "a text"));
  }

  private void model(String family, String name, String content) throws IOException {
    Path file = root.resolve("integTest/families").resolve(family).resolve("model").resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
  }
}
