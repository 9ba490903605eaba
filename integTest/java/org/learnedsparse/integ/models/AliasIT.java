package org.learnedsparse.integ.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.learnedsparse.integ.TestModels;
import org.learnedsparse.tools.node.Http;
import org.learnedsparse.tools.node.RealNode;

/**
 * An alias that moves from one model to another: what an index was encoded by goes on encoding it,
 * and its queries, until it is encoded again. The first model makes of {@code cats} a weight of 2,
 * in documents and queries; the second a weight of 1.
 */
class AliasIT {
  private static final int PART = 1 << 20;
  private static final String FIRST = "alias-a";
  private static final String SECOND = "alias-b";

  private static Path models;
  private static RealNode node;
  private static String firstDigest;

  @BeforeAll
  static void start() throws IOException {
    models = TestModels.write();
    node = RealNode.builder("alias").heap("512m").start();
    firstDigest = new Upload(models.resolve("tiny"), FIRST, PART).all(node.http());
    new Upload(models.resolve("words"), SECOND, PART).all(node.http());
  }

  @AfterAll
  static void stop() {
    if (node != null) {
      node.close();
    }
  }

  private static Http.Response request(String method, String path, Object body) {
    return node.http().request(method, path, body);
  }

  private static void point(String alias, String model) {
    change("{\"add\":{\"alias\":\"" + alias + "\",\"model\":\"" + model + "\"}}").orThrow();
  }

  private static Http.Response change(String actions) {
    return request("POST", "_learned_sparse/models/_aliases", "{\"actions\":[" + actions + "]}");
  }

  private static void pipeline(String name, String model) {
    request(
            "PUT",
            "_ingest/pipeline/" + name,
            Map.of(
                "processors",
                List.of(
                    Map.of(
                        "learned_sparse",
                        Map.of("field", "body", "target_field", "w", "model", model)))))
        .orThrow();
  }

  private static Map<String, Object> field(String model) {
    return Map.of("type", "learned_sparse", "model", model, "max_weight", 31.875);
  }

  private static void index(String name, String model) {
    Map<String, Object> mappings = Map.of("properties", Map.of("w", field(model)));
    request("PUT", name, Map.of("mappings", mappings)).orThrow();
  }

  private static Http.Response add(String index, String id, String pipeline, String text) {
    return request(
            "PUT",
            index + "/_doc/" + id + "?refresh=true&pipeline=" + pipeline,
            Map.of("body", text))
        .orThrow();
  }

  private static JsonNode weights(String index, String id) {
    return request("GET", index + "/_doc/" + id, null).orThrow().body().at("/_source/w");
  }

  private static JsonNode meta(String index) {
    return request("GET", index + "/_mapping", null)
        .orThrow()
        .body()
        .at("/" + index + "/mappings/properties/w/meta");
  }

  private static Http.Response search(String index, String query) {
    return request(
            "POST",
            index + "/_search",
            "{\"query\":{\"learned_sparse\":{\"field\":\"w\"," + query + "}}}")
        .orThrow();
  }

  private static double best(Http.Response found) {
    return found.body().at("/hits/max_score").asDouble();
  }

  private static String warnings(Http.Response response) {
    return String.join("\n", response.headers().getOrDefault("warning", List.of()));
  }

  private static void assertQuiet(Http.Response response) {
    assertEquals("", warnings(response), response.text());
  }

  private static void assertWarns(Http.Response response, String... parts) {
    for (String part : parts) {
      assertTrue(warnings(response).contains(part), part + " is not in: " + warnings(response));
    }
  }

  private static void assertError(Http.Response response, int status, String... parts) {
    assertEquals(status, response.status(), response.text());
    for (String part : parts) {
      assertTrue(
          response.body().at("/error/reason").asText().contains(part),
          part + " is not in " + response.text());
    }
  }

  @Test
  void anIndexKeepsItsModelWhenTheAliasMoves() {
    point("live", FIRST);
    pipeline("live", "live");
    index("docs", "live");
    assertQuiet(add("docs", "1", "live", "cats"));
    assertEquals(FIRST, meta("docs").path("model").asText());
    assertEquals(firstDigest.substring(0, 32), meta("docs").path("model_digest").asText());
    Http.Response before = search("docs", "\"query\":\"cats\"");
    assertEquals(4.0, best(before), 1e-5);
    assertQuiet(before);

    point("live", SECOND);
    Http.Response after = search("docs", "\"query\":\"cats\"");
    assertEquals(before.body().path("hits"), after.body().path("hits"));
    assertWarns(
        after,
        "[docs]",
        "was encoded by model [" + FIRST + "]",
        "the field's model [live] is now [" + SECOND + "]");
    // A document that comes later is of the same model.
    assertQuiet(add("docs", "2", "live", "cats"));
    assertEquals(2.0, weights("docs", "2").path("cats").asDouble(), 1e-4);

    Http.Response upsert =
        request(
                "POST",
                "docs/_bulk?refresh=true&pipeline=live",
                "{\"update\":{\"_id\":\"3\"}}\n{\"doc\":{},\"upsert\":{\"body\":\"cats\"}}\n")
            .orThrow();
    assertFalse(upsert.body().path("errors").asBoolean(), upsert.text());
    assertEquals(2.0, weights("docs", "3").path("cats").asDouble(), 1e-4);
    request("DELETE", "docs/_doc/3?refresh=true", null).orThrow();

    index("docs-2", "live");
    assertQuiet(add("docs-2", "1", "live", "cats"));
    assertEquals(SECOND, meta("docs-2").path("model").asText());
    Http.Response anew = search("docs-2", "\"query\":\"cats\"");
    assertEquals(1.0, best(anew), 1e-5);
    assertQuiet(anew);

    // Both together: each index's own model.
    Http.Response both = search("docs,docs-2", "\"query\":\"cats\"");
    assertEquals(3, both.body().at("/hits/total/value").asInt());
    assertEquals(4.0, best(both), 1e-5);
    assertWarns(both, "of index [docs] was");

    // Encoded again in place: the mapping says so first.
    Map<String, Object> again =
        Map.of(
            "type",
            "learned_sparse",
            "model",
            "live",
            "max_weight",
            31.875,
            "meta",
            Map.of("model", SECOND));
    request("PUT", "docs/_mapping", Map.of("properties", Map.of("w", again))).orThrow();
    assertQuiet(add("docs", "1", "live", "cats"));
    assertQuiet(add("docs", "2", "live", "cats"));
    Http.Response mended = search("docs", "\"query\":\"cats\"");
    assertEquals(1.0, best(mended), 1e-5);
    assertQuiet(mended);
  }

  @Test
  void aModelThatIsNamedIsUsedAndWarnedOf() {
    pipeline("first", FIRST);
    pipeline("second", SECOND);
    index("named", FIRST);
    assertQuiet(add("named", "1", "first", "cats"));
    Http.Response other = add("named", "2", "second", "cats");
    assertEquals(1.0, weights("named", "2").path("cats").asDouble(), 1e-4);
    assertWarns(
        other, "index [named]", "was encoded by model [" + FIRST + "]", "model [" + SECOND + "]");
    Http.Response query = search("named", "\"query\":\"cats\",\"model\":\"" + SECOND + "\"");
    assertEquals(2.0, best(query), 1e-5);
    assertWarns(query, "[named]", "[" + FIRST + "]", "and the query by [" + SECOND + "]");
    assertQuiet(search("named", "\"query\":\"cats\",\"model\":\"" + FIRST + "\""));
    assertQuiet(search("named", "\"query_vector\":{\"cats\":1}"));
  }

  @Test
  void otherBytesUnderTheSameIdAreWarnedOf() throws IOException {
    new Upload(models.resolve("tiny"), "swapped", PART).all(node.http());
    pipeline("swapped", "swapped");
    index("swap", "swapped");
    assertQuiet(add("swap", "1", "swapped", "cats"));
    assertQuiet(search("swap", "\"query\":\"cats\""));
    request("DELETE", "_learned_sparse/models/swapped?force=true", null).orThrow();
    new Upload(models.resolve("words"), "swapped", PART).all(node.http());
    assertWarns(
        search("swap", "\"query\":\"cats\""),
        "was encoded by model [swapped] with digest [" + firstDigest.substring(0, 32) + "]",
        "what has this id now");
    assertWarns(add("swap", "2", "swapped", "cats"), "Bring the model's files back");
    // Under another name, what encoded them would do.
    assertQuiet(search("swap", "\"query\":\"cats\",\"model\":\"" + FIRST + "\""));
  }

  @Test
  void fieldsAndTargetsOfAllKindsAreRecorded() {
    point("kinds", FIRST);
    Map<String, Object> noted =
        Map.of(
            "type",
            "learned_sparse",
            "model",
            "kinds",
            "max_weight",
            31.875,
            "meta",
            Map.of("unit", "weight"));
    Map<String, Object> nested =
        Map.of("type", "nested", "include_in_parent", true, "properties", Map.of("weights", noted));
    Map<String, Object> mappings =
        Map.of("properties", Map.of("deep", Map.of("properties", Map.of("p", nested))));
    Map<String, Object> alias = Map.of("written", Map.of("is_write_index", true));
    request("PUT", "kinds-1", Map.of("mappings", mappings, "aliases", alias)).orThrow();
    Map<String, Object> processor =
        Map.of("field", "body", "target_field", "deep.p", "model", "kinds", "passages", true);
    request(
            "PUT",
            "_ingest/pipeline/kinds",
            Map.of("processors", List.of(Map.of("learned_sparse", processor))))
        .orThrow();
    assertQuiet(
        request("POST", "written/_doc?pipeline=kinds&refresh=true", Map.of("body", "cats"))
            .orThrow());
    JsonNode mapping = request("GET", "kinds-1/_mapping", null).orThrow().body().path("kinds-1");
    JsonNode recorded = mapping.at("/mappings/properties/deep/properties/p/properties/weights");
    assertEquals(FIRST, recorded.at("/meta/model").asText(), mapping.toString());
    assertEquals("weight", recorded.at("/meta/unit").asText(), mapping.toString());
    assertEquals(31.875, recorded.path("max_weight").asDouble(), mapping.toString());
  }

  @Test
  void whatIsOnlySimulatedIsNotRecorded() {
    pipeline("simulated", FIRST);
    index("simulated", FIRST);
    request(
            "POST",
            "_ingest/pipeline/simulated/_simulate",
            "{\"docs\":[{\"_index\":\"simulated\",\"_source\":{\"body\":\"cats\"}}]}")
        .orThrow();
    assertTrue(meta("simulated").isMissingNode(), meta("simulated").toString());
  }

  @Test
  void whereThereIsNoRoomToRecordItIsSaid() {
    pipeline("full", FIRST);
    Map<String, Object> full =
        Map.of(
            "type",
            "learned_sparse",
            "model",
            FIRST,
            "meta",
            Map.of("a", "1", "b", "2", "c", "3", "d", "4"));
    request("PUT", "full", Map.of("mappings", Map.of("properties", Map.of("w", full)))).orThrow();
    assertWarns(
        add("full", "1", "full", "cats"), "index [full]", "cannot be recorded", "leave two");
    assertEquals(1, search("full", "\"query\":\"cats\"").body().at("/hits/total/value").asInt());
  }

  @Test
  void severalActionsAreDoneTogetherOrNotAtAll() {
    point("one", FIRST);
    assertError(
        change(
            "{\"add\":{\"alias\":\"one\",\"model\":\""
                + SECOND
                + "\"}},"
                + "{\"remove\":{\"alias\":\"nobody\"}}"),
        404,
        "[nobody]",
        "one");
    assertEquals(FIRST, aliases().at("/one/model").asText());
    change(
            "{\"remove\":{\"alias\":\"one\"}},"
                + "{\"add\":{\"alias\":\"two\",\"model\":\""
                + SECOND
                + "\"}}")
        .orThrow();
    assertTrue(aliases().path("one").isMissingNode());
    assertEquals(SECOND, aliases().at("/two/model").asText());
  }

  private static JsonNode aliases() {
    return request("GET", "_learned_sparse/models/_aliases", null).orThrow().body().path("aliases");
  }

  @Test
  void aModelThatAnAliasNamesIsNotDeletedUnlessForced() throws IOException {
    Upload upload = new Upload(models.resolve("tiny"), "doomed", PART);
    upload.begin(node.http()).orThrow();
    String add = "{\"add\":{\"alias\":\"fate\",\"model\":\"doomed\"}}";
    assertError(change(add), 400, "[fate]", "[doomed] is not verified yet", "_verify");
    upload.all(node.http());
    change(add).orThrow();
    assertError(
        new Upload(models.resolve("tiny"), "fate", PART).begin(node.http()),
        409,
        "[fate] is an alias of model [doomed]");
    JsonNode one = request("GET", "_learned_sparse/models/fate", null).orThrow().body();
    assertEquals("[\"fate\"]", one.at("/models/doomed/aliases").toString(), one.toString());
    assertError(request("DELETE", upload.path(), null), 409, "alias [fate]");
    pipeline("doomed", "fate");
    index("doomed", "fate");
    add("doomed", "1", "doomed", "cats");
    change("{\"remove\":{\"alias\":\"fate\"}}").orThrow();
    assertError(request("DELETE", upload.path(), null), 409, "index [doomed]");
    change(add).orThrow();
    Http.Response deleted = request("DELETE", upload.path() + "?force=true", null).orThrow();
    assertEquals("[\"fate\"]", deleted.body().path("removed_aliases").toString(), deleted.text());
    assertTrue(aliases().path("fate").isMissingNode());
  }

  @Test
  void noIndexIsMixedWhileTheAliasMoves() throws Exception {
    point("moving", FIRST);
    pipeline("moving", "moving");
    AtomicBoolean done = new AtomicBoolean();
    AtomicReference<String> newest = new AtomicReference<>("moving-0");
    index("moving-0", "moving");
    int indices = 12;
    ExecutorService threads = Executors.newFixedThreadPool(6);
    try {
      Callable<Integer> move =
          () -> {
            int moves = 0;
            while (done.get() == false) {
              point("moving", moves % 2 == 0 ? SECOND : FIRST);
              moves++;
            }
            return moves;
          };
      Callable<Integer> query =
          () -> {
            int queries = 0;
            while (done.get() == false) {
              Http.Response found = search(newest.get(), "\"query\":\"cats\"");
              assertEquals(0, found.body().at("/_shards/failed").asInt(), found.text());
              queries++;
            }
            return queries;
          };
      List<Future<Integer>> others =
          List.of(threads.submit(move), threads.submit(query), threads.submit(query));
      for (int i = 0; i < indices; i++) {
        String index = "moving-" + i;
        if (i > 0) {
          index(index, "moving");
          newest.set(index);
        }
        List<Callable<Http.Response>> bulks = new ArrayList<>();
        for (int writer = 0; writer < 3; writer++) {
          bulks.add(
              () ->
                  request(
                      "POST",
                      index + "/_bulk?pipeline=moving&refresh=true",
                      "{\"index\":{}}\n{\"body\":\"cats\"}\n".repeat(5)));
        }
        for (Future<Http.Response> bulk : threads.invokeAll(bulks)) {
          Http.Response response = bulk.get().orThrow();
          assertFalse(response.body().path("errors").asBoolean(), response.text());
        }
      }
      done.set(true);
      for (Future<Integer> each : others) {
        assertTrue(each.get() > 0, "nothing happened meanwhile");
      }
    } finally {
      done.set(true);
      threads.shutdownNow();
    }
    for (int i = 0; i < indices; i++) {
      String index = "moving-" + i;
      String model = meta(index).path("model").asText();
      assertTrue(List.of(FIRST, SECOND).contains(model), model);
      JsonNode hits =
          request("GET", index + "/_search?size=100", null).orThrow().body().at("/hits/hits");
      assertEquals(15, hits.size());
      for (JsonNode hit : hits) {
        assertEquals(
            model.equals(FIRST) ? 2.0 : 1.0,
            hit.at("/_source/w/cats").asDouble(),
            1e-4,
            index + " of " + model + ": " + hit);
      }
    }
  }
}
