package org.learnedsparse.bench.http;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.learnedsparse.tools.node.Http;

/**
 * What a search found.
 *
 * @param scores by document, the best first
 */
record Hits(Map<Integer, Float> scores) {
  /**
   * Reads an answer.
   *
   * @throws IllegalStateException if it is not a whole one: timed out, or without a shard
   */
  static Hits of(byte[] answer) throws IOException {
    JsonNode tree = Http.JSON.readTree(answer);
    if (tree.path("timed_out").asBoolean(true) || tree.at("/_shards/failed").asInt(1) > 0) {
      throw new IllegalStateException("not a whole answer: " + tree);
    }
    Map<Integer, Float> scores = new LinkedHashMap<>();
    for (JsonNode hit : tree.at("/hits/hits")) {
      scores.put(hit.get("_id").asInt(), hit.get("_score").floatValue());
    }
    return new Hits(scores);
  }

  int size() {
    return scores.size();
  }

  List<Float> falling() {
    return List.copyOf(scores.values());
  }

  /** The score of the last hit; 0 if there is none. */
  float last() {
    float last = 0;
    for (float score : scores.values()) {
      last = score;
    }
    return last;
  }
}
