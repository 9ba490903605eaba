package org.learnedsparse.models;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A test collection in BEIR's layout: {@code corpus.jsonl}, {@code queries.jsonl}, {@code
 * qrels.tsv}.
 *
 * @param ids of the documents
 * @param texts of the documents, title first
 * @param queries that have judgments, in the file's order
 * @param relevant by query, the gain of each judged document
 */
record Collection(
    String name,
    List<String> ids,
    List<String> texts,
    List<String> queries,
    List<Map<String, Integer>> relevant) {

  /**
   * Reads a collection.
   *
   * @param most queries to read, the first ones
   */
  static Collection read(Path folder, int most) throws IOException {
    List<String> ids = new ArrayList<>();
    List<String> texts = new ArrayList<>();
    Corpus.forEachLine(
        folder.resolve("corpus.jsonl"),
        line -> {
          ids.add(line.path("_id").asText());
          texts.add((line.path("title").asText() + " " + line.path("text").asText()).strip());
        });
    Map<String, Map<String, Integer>> judgments = new HashMap<>();
    for (String line : Files.readAllLines(folder.resolve("qrels.tsv"))) {
      List<String> fields = List.of(line.split("\t"));
      if (!fields.get(0).equals("query-id")) {
        judgments
            .computeIfAbsent(fields.get(0), query -> new HashMap<>())
            .put(fields.get(1), Integer.parseInt(fields.get(2).strip()));
      }
    }
    List<String> queries = new ArrayList<>();
    List<Map<String, Integer>> relevant = new ArrayList<>();
    Corpus.forEachLine(
        folder.resolve("queries.jsonl"),
        line -> {
          Map<String, Integer> judged = judgments.get(line.path("_id").asText());
          if (judged != null && queries.size() < most) {
            queries.add(line.path("text").asText());
            relevant.add(judged);
          }
        });
    return new Collection(folder.getFileName().toString(), ids, texts, queries, relevant);
  }

  /**
   * nDCG@10 of one query with the gains as judged.
   *
   * @param ranking the documents' positions in {@link #ids}, best first
   */
  double ndcg(int query, List<Integer> ranking) {
    Map<String, Integer> gains = relevant.get(query);
    double found = 0;
    for (int rank = 0; rank < Math.min(10, ranking.size()); rank++) {
      found += gains.getOrDefault(ids.get(ranking.get(rank)), 0) / Math.log(rank + 2);
    }
    List<Integer> ideal = new ArrayList<>(gains.values());
    ideal.sort(Collections.reverseOrder());
    double best = 0;
    for (int rank = 0; rank < Math.min(10, ideal.size()); rank++) {
      best += ideal.get(rank) / Math.log(rank + 2);
    }
    return best == 0 ? 0 : found / best;
  }
}
