package org.learnedsparse.tools.beir;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Spliterators.AbstractSpliterator;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Reads a file that holds one JSON object a line, one line at a time. */
final class JsonLines {
  private static final ObjectMapper JSON = new ObjectMapper();

  private JsonLines() {}

  /**
   * The objects of a file, in order; blank lines are passed over.
   *
   * @param parse turns an object into a value; an {@link IllegalArgumentException} from it is
   *     reported with the file and the line
   * @return a lazy stream that must be closed; it throws {@link IllegalArgumentException} for a
   *     line that cannot be used and {@link UncheckedIOException} when reading fails
   */
  static <T> Stream<T> read(Path file, Function<JsonNode, T> parse) throws IOException {
    BufferedReader reader = Files.newBufferedReader(file);
    var lines =
        new AbstractSpliterator<T>(Long.MAX_VALUE, 0) {
          private long number;

          @Override
          public boolean tryAdvance(Consumer<? super T> action) {
            String line = next();
            if (line == null) {
              return false;
            }
            action.accept(parse(line));
            return true;
          }

          private String next() {
            try {
              String line;
              do {
                line = reader.readLine();
                number++;
              } while (line != null && line.isBlank());
              return line;
            } catch (IOException e) {
              throw new UncheckedIOException(file + ", line " + number + ": " + e, e);
            }
          }

          private T parse(String line) {
            try {
              JsonNode node = JSON.readTree(line);
              if (!node.isObject()) {
                throw new IllegalArgumentException("expected a JSON object");
              }
              return parse.apply(node);
            } catch (JsonProcessingException e) {
              throw new IllegalArgumentException(
                  file + ", line " + number + ": " + e.getOriginalMessage(), e);
            } catch (IllegalArgumentException e) {
              throw new IllegalArgumentException(
                  file + ", line " + number + ": " + e.getMessage(), e);
            }
          }
        };
    return StreamSupport.stream(lines, false).onClose(() -> close(reader));
  }

  /** A string that must be there and must not be empty; numbers are taken as their digits. */
  static String identifier(JsonNode node, String name) {
    JsonNode value = node.path(name);
    if ((!value.isTextual() && !value.isIntegralNumber()) || value.asText().isEmpty()) {
      throw new IllegalArgumentException("[" + name + "] must be a non-empty string");
    }
    return value.asText();
  }

  /** A string that must be there; it may be empty. */
  static String text(JsonNode node, String name) {
    JsonNode value = node.path(name);
    if (!value.isTextual()) {
      throw new IllegalArgumentException("[" + name + "] must be a string");
    }
    return value.asText();
  }

  /** A string that may be absent or null, and is empty then. */
  static String optionalText(JsonNode node, String name) {
    return node.hasNonNull(name) ? text(node, name) : "";
  }

  private static void close(BufferedReader reader) {
    try {
      reader.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
