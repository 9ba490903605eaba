package org.learnedsparse.bench.soak;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.learnedsparse.tools.node.Http;

/** The words of a collection of texts. */
final class Words {
  private static final Pattern WORD = Pattern.compile("\\p{L}+");

  private Words() {}

  /** The distinct words of a {@code corpus.jsonl}, the most frequent first, then by spelling. */
  static List<String> byFrequency(Path corpus) throws IOException {
    Map<String, Integer> counts = new HashMap<>();
    for (String line : Files.readAllLines(corpus)) {
      JsonNode document = Http.JSON.readTree(line);
      String text = document.path("title").asText() + " " + document.path("text").asText();
      Matcher words = WORD.matcher(text.toLowerCase(Locale.ROOT));
      while (words.find()) {
        counts.merge(words.group(), 1, Integer::sum);
      }
    }
    return counts.entrySet().stream()
        .sorted(
            Map.Entry.<String, Integer>comparingByValue()
                .reversed()
                .thenComparing(Map.Entry.comparingByKey()))
        .map(Map.Entry::getKey)
        .toList();
  }
}
