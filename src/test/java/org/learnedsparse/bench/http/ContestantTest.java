package org.learnedsparse.bench.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.learnedsparse.bench.search.data.QuerySampler;
import org.learnedsparse.bench.search.data.TopicModel;
import org.learnedsparse.bench.search.data.WeightedTerms;
import org.learnedsparse.tools.node.Http;

class ContestantTest {
  private final List<Contestant> all =
      Contestant.all(TestedIndex.all(List.of(false, true), OptionalInt.empty()));

  private final WeightedTerms query =
      new QuerySampler(new TopicModel(), 1, new int[TopicModel.VOCABULARY], 100)
          .query(QuerySampler.Kind.SPLADE, 0);

  private JsonNode body(Contestant contestant) throws IOException {
    return Http.JSON.readTree(contestant.body(query));
  }

  @Test
  void everyIndexIsAskedInEveryWay() {
    assertEquals(
        List.of("default", "track_total_hits: false"),
        all.subList(0, 2).stream().map(Contestant::request).toList());
    assertEquals(
        List.of("default", "track_total_hits: false", "k: 10", "k: 10, track_total_hits: false"),
        all.subList(2, 6).stream().map(Contestant::request).toList());
    assertEquals(10, all.stream().distinct().count());
  }

  @Test
  void eachIsComparedWithTheSameCounting() {
    for (Contestant contestant : all) {
      assertEquals(
          List.of(all.get(contestant.countsHits() ? 0 : 1)),
          all.stream().filter(contestant::isComparedWith).toList());
    }
  }

  @Test
  void fieldsGetTheSameWeights() throws IOException {
    JsonNode vector = body(all.get(0)).at("/query/sparse_vector/query_vector");
    assertEquals(query.size(), vector.size());
    assertEquals(query.weight(0), vector.get(String.valueOf(query.term(0))).floatValue());
    for (Contestant contestant : all.subList(2, 10)) {
      assertEquals(vector, body(contestant).at("/query/learned_sparse/query_vector"));
    }
  }

  @Test
  void requestsAreWhatTheirNamesSay() throws IOException {
    JsonNode baseline = body(all.get(0));
    assertFalse(baseline.has("track_total_hits"));
    assertFalse(baseline.at("/query/sparse_vector/prune").asBoolean(true));
    assertFalse(body(all.get(1)).get("track_total_hits").asBoolean(true));
    assertFalse(body(all.get(2)).at("/query/learned_sparse").has("k"));
    JsonNode withK = body(all.get(5));
    assertEquals(10, withK.at("/query/learned_sparse/k").asInt());
    assertEquals(10, withK.get("size").asInt());
    assertFalse(withK.get("track_total_hits").asBoolean(true));
    assertFalse(withK.get("_source").asBoolean(true));
  }
}
