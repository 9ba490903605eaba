package org.learnedsparse.models;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/**
 * What the model learns from: pairs of a short and a longer text, and texts that full-size sparse
 * encoders have encoded.
 *
 * @param pairs every pair of every file, files in the order of their names
 * @param taught every distinct text with the mean of its teachers' weights
 */
record Corpus(List<Pair> pairs, List<Taught> taught) {

  /** Teachers that expand; a text's other encodings (those without expansion) are left aside. */
  private static final Set<String> TEACHERS =
      Set.of("splade-v3", "splade-pp-ed", "splade-pp-sd", "splade_distil_cocodenser_medium");

  /** The sets of taught texts left out: the queries of yearly TREC tracks, kept for tests. */
  private static final Set<String> TEST_SETS = Set.of("dl20", "dl21", "dl22", "dl23", "rag24");

  /**
   * A question and its passage, a title and its body, or a term and its definition.
   *
   * @param source the file's name without its extensions
   */
  record Pair(String source, String query, String passage) {}

  /**
   * A text as the teachers see it.
   *
   * @param weights term (a word as the teachers spell it) to weight; each teacher's highest is 1
   */
  record Taught(String text, Map<String, Double> weights) {}

  /**
   * Reads the training data.
   *
   * @param pairs folder of {@code *.jsonl.gz} files with {@code q} and {@code p} on each line
   * @param teacher gzipped JSON lines: {@code id}, {@code text} and, by teacher, {term: weight};
   *     texts of the {@link #TEST_SETS} are left out
   * @param excluded texts, as {@link #key} spells them, that must not be learned from
   */
  static Corpus read(Path pairs, Path teacher, Set<String> excluded) throws IOException {
    List<Path> files;
    try (Stream<Path> list = Files.list(pairs)) {
      files = list.filter(file -> file.toString().endsWith(".jsonl.gz")).sorted().toList();
    }
    if (files.isEmpty()) {
      throw new IOException("no *.jsonl.gz file in " + pairs + ": give the folder of the pairs");
    }
    List<Pair> all = new ArrayList<>();
    for (Path file : files) {
      String source = file.getFileName().toString().replace(".jsonl.gz", "");
      forEachLine(
          file,
          line -> {
            String query = line.path("q").asText();
            if (!excluded.contains(key(query))) {
              all.add(new Pair(source, query, line.path("p").asText()));
            }
          });
    }
    Set<String> held = new HashSet<>(excluded);
    forEachLine(
        teacher,
        line -> {
          if (TEST_SETS.stream().anyMatch(line.path("id").asText()::startsWith)) {
            held.add(key(line.path("text").asText()));
          }
        });
    return new Corpus(all, readTaught(teacher, held));
  }

  /** Two texts with the same key are the same text but for letter case and spacing. */
  static String key(String text) {
    return text.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}]+", " ").strip();
  }

  /** Calls back with every line of a JSON-lines file, gzipped or plain. */
  static void forEachLine(Path file, Consumer<JsonNode> consumer) throws IOException {
    ObjectMapper json = new ObjectMapper();
    try (InputStream raw = Files.newInputStream(file);
        InputStream in = file.toString().endsWith(".gz") ? new GZIPInputStream(raw) : raw;
        BufferedReader reader =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        consumer.accept(json.readTree(line));
      }
    }
  }

  private static List<Taught> readTaught(Path teacher, Set<String> excluded) throws IOException {
    Map<String, Map<String, Double>> sums = new LinkedHashMap<>();
    Map<String, Integer> encodings = new LinkedHashMap<>();
    forEachLine(
        teacher,
        line -> {
          String text = line.path("text").asText();
          if (excluded.contains(key(text))) {
            return;
          }
          for (String name : TEACHERS.stream().sorted().toList()) {
            JsonNode weights = line.path(name);
            if (weights.isEmpty()) {
              continue;
            }
            double highest = 0;
            for (JsonNode weight : weights) {
              highest = Math.max(highest, weight.asDouble());
            }
            Map<String, Double> sum = sums.computeIfAbsent(text, t -> new TreeMap<>());
            for (Iterator<Map.Entry<String, JsonNode>> it = weights.fields(); it.hasNext(); ) {
              Map.Entry<String, JsonNode> entry = it.next();
              sum.merge(entry.getKey(), entry.getValue().asDouble() / highest, Double::sum);
            }
            encodings.merge(text, 1, Integer::sum);
          }
        });
    List<Taught> taught = new ArrayList<>();
    sums.forEach(
        (text, sum) -> {
          sum.replaceAll((term, weight) -> weight / encodings.get(text));
          taught.add(new Taught(text, sum));
        });
    return taught;
  }
}
