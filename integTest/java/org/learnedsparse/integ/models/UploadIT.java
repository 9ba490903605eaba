package org.learnedsparse.integ.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.learnedsparse.integ.TestModels;
import org.learnedsparse.tools.node.Http;
import org.learnedsparse.tools.node.RealNode;

/** A model that is uploaded to a node: whole, or not there. */
class UploadIT {
  private static final int PART = 400;
  private static final String GRAPH = "onnx/model.onnx";

  private static Path models;
  private static RealNode node;

  @BeforeAll
  static void start() throws IOException {
    models = TestModels.write();
    node = RealNode.builder("upload").heap("512m").start();
  }

  @AfterAll
  static void stop() {
    if (node != null) {
      node.close();
    }
  }

  private static Upload tiny(String id) {
    return new Upload(models.resolve("tiny"), id, PART);
  }

  private static Http.Response encode(String id) {
    return node.http()
        .request(
            "POST",
            "_learned_sparse/encode",
            Map.of("model", id, "mode", "document", "texts", List.of("cats")));
  }

  private static void assertEncodes(String id) {
    JsonNode weights = encode(id).orThrow().body().at("/results/0/weights");
    assertEquals(2.0, weights.path("cats").asDouble(), 1e-4, weights.toString());
    assertEquals(1.5, weights.path("pets").asDouble(), 1e-4, weights.toString());
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
  void anUploadedModelEncodesAndOutlivesARestart() throws IOException {
    Upload upload = tiny("lasting");
    assertTrue(upload.parts(GRAPH) > 2, "too few parts for a test");
    String digest = upload.all(node.http());
    assertEncodes("lasting");
    JsonNode model =
        node.http().request("GET", upload.path(), null).orThrow().body().at("/models/lasting");
    assertEquals("verified", model.path("state").asText(), model.toString());
    assertEquals(digest, model.path("digest").asText());
    assertEquals("weights for tests", model.path("description").asText());
    node.stop();
    node.restart();
    node.http()
        .request("GET", "_cluster/health?wait_for_status=yellow&timeout=60s", null)
        .orThrow();
    assertEncodes("lasting");
    assertError(upload.put(node.http(), GRAPH, 1), 409, "is verified");
    assertError(upload.begin(node.http()), 409, "there is a model [lasting] already, verified");
  }

  @Test
  void partsMayComeInAnyOrderAndTwice() throws IOException {
    Upload upload = tiny("shuffled");
    upload.begin(node.http()).orThrow();
    assertEquals("noop", upload.begin(node.http()).orThrow().body().path("result").asText());
    for (String file : upload.files()) {
      for (int part = upload.parts(file); part >= 1; part--) {
        JsonNode first = upload.put(node.http(), file, part).orThrow().body();
        assertEquals("created", first.path("result").asText());
        assertEquals(Upload.sha256(upload.part(file, part)), first.path("sha256").asText());
        JsonNode second = upload.put(node.http(), file, part).orThrow().body();
        assertEquals("noop", second.path("result").asText());
      }
    }
    upload.verify(node.http()).orThrow();
    assertEncodes("shuffled");
  }

  @Test
  void anUnfinishedUploadIsNotUsed() throws IOException {
    Upload upload = tiny("unfinished");
    assertError(encode("unfinished"), 404, "there is no model [unfinished]");
    assertError(upload.put(node.http(), GRAPH, 1), 404, "PUT _learned_sparse/models/unfinished");
    upload.begin(node.http()).orThrow();
    assertError(upload.verify(node.http()), 400, "has no files");
    for (String file : upload.files()) {
      if (file.equals(GRAPH) == false) {
        for (int part = 1; part <= upload.parts(file); part++) {
          upload.put(node.http(), file, part).orThrow();
        }
      }
    }
    upload.put(node.http(), GRAPH, 1).orThrow();
    upload.put(node.http(), GRAPH, 3).orThrow();
    assertError(encode("unfinished"), 404, "there is no model [unfinished]");
    assertError(upload.verify(node.http()), 400, GRAPH, "part [2] of [" + upload.parts(GRAPH));
    JsonNode model =
        node.http().request("GET", upload.path(), null).orThrow().body().at("/models/unfinished");
    assertEquals("uploading", model.path("state").asText(), model.toString());
    assertEquals("[1,3]", model.at("/files").path(GRAPH).path("uploaded").toString());
  }

  @Test
  void partsAndFilesMustBeWhatTheyShouldBe() throws IOException {
    Upload upload = tiny("mixed");
    upload.begin(node.http()).orThrow();
    byte[] other = upload.part(GRAPH, 1);
    other[other.length / 2] ^= 1;
    String digest = Upload.sha256(upload.part(GRAPH, 1));
    assertError(
        node.http()
            .request("PUT", upload.path() + "/files/" + GRAPH + "?parts=9&sha256=" + digest, other),
        400,
        "part [1] of [" + GRAPH + "]",
        digest);
    upload.put(node.http(), GRAPH, 1, other).orThrow();
    assertError(upload.put(node.http(), GRAPH, 1), 409, "part [1] of [" + GRAPH + "] is there");
    for (String file : upload.files()) {
      for (int part = 1; part <= upload.parts(file); part++) {
        if (file.equals(GRAPH) == false || part > 1) {
          upload.put(node.http(), file, part).orThrow();
        }
      }
    }
    assertError(upload.verify(node.http()), 400, "[" + GRAPH + "] has the SHA-256");
    assertError(encode("mixed"), 404, "there is no model [mixed]");
    node.http().request("DELETE", upload.path(), null).orThrow();
    upload.all(node.http());
    assertEncodes("mixed");
  }

  @Test
  void aModelThatDoesNotLoadIsNotVerified() throws IOException {
    Upload upload = new Upload(models.resolve("broken"), "useless", PART);
    upload.begin(node.http()).orThrow();
    for (String file : upload.files()) {
      for (int part = 1; part <= upload.parts(file); part++) {
        upload.put(node.http(), file, part).orThrow();
      }
    }
    assertError(upload.verify(node.http()), 400, "model [useless]", "missing.onnx");
    assertError(encode("useless"), 404, "there is no model [useless]");
  }

  @Test
  void namesThatLeadElsewhereAreRefused() throws IOException {
    Upload upload = tiny("named");
    upload.begin(node.http()).orThrow();
    byte[] bytes = {1};
    for (String name :
        List.of(
            "..%2Fx", "a%2F..%2F..%2Fx", "%2Fetc%2Fpasswd", ".hidden", "a%5Cb", "a%00", "C:x")) {
      assertError(
          node.http().request("PUT", upload.path() + "/files/" + name, bytes),
          400,
          "cannot be the name of a model's file");
    }
    for (String name : List.of("model.zip", "onnx/model.tar.gz", "MODEL.TGZ")) {
      assertError(
          node.http().request("PUT", upload.path() + "/files/" + name, bytes),
          400,
          "[" + name + "] is an archive");
    }
    assertError(
        node.http().request("PUT", upload.path() + "/files/model.json", bytes),
        400,
        "PUT _learned_sparse/models/{id}");
    for (String id : List.of("Upper", "a%2Fb", "..", ".x", "a".repeat(101))) {
      assertEquals(
          400, node.http().request("PUT", "_learned_sparse/models/" + id, "{}").status(), id);
    }
    assertError(
        node.http().request("PUT", "_learned_sparse/models/default", "{}"),
        409,
        "lies in this node's folder");
  }

  @Test
  void partsHaveTheirLimits() throws IOException {
    Upload upload = tiny("limits");
    upload.begin(node.http()).orThrow();
    String file = upload.path() + "/files/x";
    assertError(
        node.http().request("PUT", file, new byte[(16 << 20) + 1]), 413, "at most [16777216]");
    node.http().request("PUT", file, new byte[16 << 20]).orThrow();
    byte[] one = {1};
    assertError(node.http().request("PUT", file + "?part=0&parts=2", one), 400, "[part] is [0]");
    assertError(node.http().request("PUT", file + "?part=3&parts=2", one), 400, "[part] is [3]");
    assertError(node.http().request("PUT", file + "?parts=0", one), 400, "[parts] is [0]");
    assertError(node.http().request("PUT", file + "?parts=10001", one), 400, "[parts]");
    assertError(node.http().request("PUT", file, new byte[0]), 400, "the body is empty");
    assertEquals(406, node.http().request("PUT", file, "{}").status());
  }

  @Test
  void aModelInUseIsNotDeletedUnlessForced() throws IOException {
    Upload upload = tiny("used");
    upload.all(node.http());
    node.http()
        .request(
            "PUT",
            "docs",
            "{\"mappings\":{\"properties\":{\"w\":{\"type\":\"learned_sparse\",\"model\":\"used\"}}}}")
        .orThrow();
    node.http()
        .request(
            "PUT",
            "_ingest/pipeline/encode",
            "{\"processors\":[{\"learned_sparse\":"
                + "{\"field\":\"body\",\"target_field\":\"w\",\"model\":\"used\"}}]}")
        .orThrow();
    assertError(
        node.http().request("DELETE", upload.path(), null),
        409,
        "[used]",
        "index [docs]",
        "pipeline [encode]",
        "force");
    assertEncodes("used");
    node.http().request("DELETE", upload.path() + "?force=true", null).orThrow();
    assertError(encode("used"), 404, "there is no model [used]");
    assertError(node.http().request("DELETE", upload.path(), null), 404, "[used]");
    upload.all(node.http());
    assertEncodes("used");
  }

  @Test
  void twoUploadsOfTheSameModelAtOnceMakeOne() throws Exception {
    Upload upload = tiny("twice");
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      List<Future<Object>> uploads =
          threads.invokeAll(
              List.of(
                  () -> {
                    for (String file : upload.files()) {
                      upload.begin(node.http()).orThrow();
                      for (int part = 1; part <= upload.parts(file); part++) {
                        upload.put(node.http(), file, part).orThrow();
                      }
                    }
                    return null;
                  },
                  () -> {
                    upload.begin(node.http()).orThrow();
                    for (String file : upload.files()) {
                      for (int part = upload.parts(file); part >= 1; part--) {
                        upload.put(node.http(), file, part).orThrow();
                      }
                    }
                    return null;
                  }));
      for (Future<Object> done : uploads) {
        done.get();
      }
      List<Future<Http.Response>> verifications =
          threads.invokeAll(
              List.of(() -> upload.verify(node.http()), () -> upload.verify(node.http())));
      int first = verifications.get(0).get().status();
      int second = verifications.get(1).get().status();
      assertTrue(first == 200 || second == 200, first + " and " + second);
      assertTrue(List.of(200, 409).containsAll(List.of(first, second)), first + " and " + second);
    } finally {
      threads.shutdownNow();
    }
    assertEncodes("twice");
  }

  @Test
  void aModelDeletedUnderLoadEncodesOrIsMissing() throws Exception {
    Upload upload = tiny("busy");
    upload.all(node.http());
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      AtomicBoolean deleted = new AtomicBoolean();
      Callable<Integer> load =
          () -> {
            int encoded = 0;
            while (true) {
              boolean afterwards = deleted.get();
              Http.Response response = encode("busy");
              if (afterwards) {
                assertError(response, 404, "there is no model [busy]");
                return encoded;
              }
              if (response.status() == 404) {
                assertError(response, 404, "there is no model [busy]");
              } else {
                JsonNode weights = response.orThrow().body().at("/results/0/weights");
                assertEquals(2.0, weights.path("cats").asDouble(), 1e-4, weights.toString());
                encoded++;
              }
            }
          };
      List<Future<Integer>> loads =
          List.of(threads.submit(load), threads.submit(load), threads.submit(load));
      TimeUnit.MILLISECONDS.sleep(500);
      node.http().request("DELETE", upload.path(), null).orThrow();
      deleted.set(true);
      for (Future<Integer> each : loads) {
        assertTrue(each.get() > 0, "nothing was encoded before the model was deleted");
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void settingsMustBeJson() {
    String bad = "{\"max_length\": ";
    assertEquals(400, node.http().request("PUT", "_learned_sparse/models/bad", bad).status());
    assertEquals(400, node.http().request("PUT", "_learned_sparse/models/bad", "[1]").status());
  }
}
