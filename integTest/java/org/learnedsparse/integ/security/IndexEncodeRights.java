package org.learnedsparse.integ.security;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.learnedsparse.tools.node.Http;

/** Who may read an index may see what its queries become, and needs no right on the cluster. */
abstract class IndexEncodeRights {
  private static final Map<String, Object> TEXTS =
      Map.of("field", "v", "mode", "query", "texts", List.of("plants"));

  private static Http reader;

  @BeforeAll
  static void fill() {
    Http admin = SecurityIT.node().admin();
    Map<String, Object> field = Map.of("type", "learned_sparse", "model", "tiny");
    Map<String, Object> mapping = Map.of("mappings", Map.of("properties", Map.of("v", field)));
    admin.request("PUT", "own", mapping).orThrow();
    admin.request("PUT", "foreign", mapping).orThrow();
    admin.request("PUT", "own/_alias/nickname", null).orThrow();
    admin.request("PUT", "foreign/_alias/foreign-nickname", null).orThrow();
    reader = SecurityIT.node().as("encode-reader");
  }

  static List<User> users() {
    List<String> indices = List.of("own", "nickname", "no-index");
    return List.of(
        new User(
            "encode-reader",
            List.of(),
            List.of(Map.of("names", indices, "privileges", List.of("read")))));
  }

  private static Http.Response encode(String index) {
    return reader.request("POST", index + "/_learned_sparse/encode", TEXTS);
  }

  @Test
  void ofTheirIndexAndItsAlias() {
    for (String index : List.of("own", "nickname")) {
      Http.Response answer = encode(index).orThrow();
      assertEquals("tiny", answer.body().get("model").asText());
      assertEquals(2.0, answer.body().at("/results/0/weights/plants").asDouble(), answer::text);
    }
    Http admin = SecurityIT.node().admin();
    Http.Response whole =
        admin
            .request(
                "POST",
                "_learned_sparse/encode",
                Map.of("model", "tiny", "mode", "query", "texts", List.of("plants")))
            .orThrow();
    assertEquals(whole.body(), encode("own").body());
  }

  @Test
  void ofNoOther() {
    assertEquals(403, encode("foreign").status());
    assertEquals(403, encode("foreign-nickname").status());
    assertEquals(403, encode("own,foreign").status());
    assertEquals(404, encode("no-index").status());
    // Names alone, no patterns.
    Http.Response pattern = encode("o*");
    assertEquals(400, pattern.status(), pattern::text);
    Http.Response all = encode("_all");
    assertEquals(400, all.status(), all::text);
  }

  @Test
  void doesNotReplaceTheRightOnTheCluster() {
    Http.Response refused =
        reader.request("POST", "_learned_sparse/encode", Map.of("texts", List.of("plants")));
    assertEquals(403, refused.status(), refused::text);
  }
}
