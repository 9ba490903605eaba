package org.learnedsparse.integ.security;

import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.learnedsparse.tools.node.Http;

/**
 * An index with documents of several teams, and for each team that asks another one, which has the
 * team's own documents alone, in the same order: its answers are those that the team is to get from
 * the first.
 *
 * @param shared the first index's name
 * @param teams those that ask; documents of others are hidden from each of them
 */
record TeamIndices(String shared, List<String> teams) {
  /** The field that tells a document's team. */
  static final String TEAM = "team";

  /** Who sees a team's documents of the shared index; also the name of the team's own index. */
  String of(String team) {
    return shared + "-" + team;
  }

  List<User> users() {
    return teams.stream()
        .map(
            team ->
                User.of(
                    of(team),
                    shared,
                    new String[] {"read"},
                    Map.of("query", Map.of("term", Map.of(TEAM, team)))))
        .toList();
  }

  /**
   * Makes the indices, each of one segment.
   *
   * @param properties of the mapping, without the team
   * @param documents gives the source of each, by number, which is its id
   */
  void fill(
      Http admin,
      Map<String, Object> properties,
      int count,
      IntFunction<Map<String, Object>> documents)
      throws JsonProcessingException {
    Map<String, StringBuilder> bulks = new LinkedHashMap<>();
    bulks.put(shared, new StringBuilder());
    teams.forEach(team -> bulks.put(of(team), new StringBuilder()));
    for (int i = 0; i < count; i++) {
      Map<String, Object> document = documents.apply(i);
      String lines =
          "{\"index\":{\"_id\":\"" + i + "\"}}\n" + Http.JSON.writeValueAsString(document) + "\n";
      bulks.get(shared).append(lines);
      bulks.getOrDefault(of((String) document.get(TEAM)), new StringBuilder()).append(lines);
    }
    Map<String, Object> all = new LinkedHashMap<>(properties);
    all.put(TEAM, Map.of("type", "keyword"));
    Map<String, Object> settings = Map.of("number_of_shards", 1, "refresh_interval", "-1");
    Map<String, Object> index = Map.of("settings", settings, "mappings", Map.of("properties", all));
    bulks.forEach(
        (name, bulk) -> {
          admin.request("PUT", name, index).orThrow();
          Http.Response answer = admin.request("POST", name + "/_bulk", bulk.toString()).orThrow();
          assertFalse(answer.body().get("errors").asBoolean(), answer::text);
          admin.request("POST", name + "/_forcemerge?max_num_segments=1", null).orThrow();
          admin.request("POST", name + "/_refresh", null).orThrow();
        });
  }

  /** An answer without what differs from run to run, or names the index. */
  static JsonNode comparable(JsonNode answer) {
    ObjectNode copy = answer.deepCopy();
    copy.remove(List.of("took", "_index"));
    for (JsonNode hit : copy.at("/hits/hits")) {
      ((ObjectNode) hit).remove(List.of("_index", "_shard", "_node"));
    }
    return copy;
  }
}
