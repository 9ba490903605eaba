package org.learnedsparse.encode.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.learnedsparse.encode.Natives;
import org.learnedsparse.tools.node.Repository;

/**
 * Odd lines (combining marks, right-to-left, emoji sequences, control characters, private use, very
 * long words) become the ids that Python's {@code tokenizers} gives.
 */
class TokenizationParityTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static Path folder;
  private static String[] lines;

  @BeforeAll
  static void read() throws IOException {
    Natives.use();
    folder = Repository.root().resolve("integTest/families/tokenization");
    lines = JSON.readValue(folder.resolve("lines.json").toFile(), String[].class);
    assertEquals(1000, lines.length);
  }

  @ParameterizedTest
  @ValueSource(strings = {"wordpiece", "bpe", "unigram", "unigram-precompiled"})
  void oddLinesBecomeTheIdsThatPythonGives(String name) throws IOException {
    long[][] expected;
    try (InputStream file = Files.newInputStream(folder.resolve(name).resolve("ids.json.gz"));
        InputStream content = new GZIPInputStream(file)) {
      expected = JSON.readValue(content, long[][].class);
    }
    assertEquals(lines.length, expected.length);
    String json = Files.readString(folder.resolve(name).resolve("tokenizer.json"));
    try (TextTokenizer tokenizer = new TextTokenizer(json)) {
      for (int i = 0; i < lines.length; i++) {
        int line = i;
        assertArrayEquals(
            expected[i], tokenizer.ids(lines[i]), () -> "line " + line + ": " + lines[line]);
      }
    }
  }
}
