package org.learnedsparse.integ.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.learnedsparse.tools.node.Http;
import org.learnedsparse.tools.node.Repository;

/** Models are uploaded by those who manage the cluster, and used by all who may search. */
abstract class UploadRights {
  private static final String INDEX = "uploads";
  private static final String MODEL = "_learned_sparse/models/uploaded";

  static List<User> users() {
    return List.of(
        new User("model-manager", List.of("manage"), List.of()),
        new User("model-monitor", List.of("monitor"), List.of()),
        User.of("uploads-reader", INDEX, "read"),
        User.of("all-reader", "*", "read"));
  }

  private static Http as(String user) {
    return SecurityIT.node().as(user);
  }

  @Test
  void managersUploadAndReadersUse() throws IOException {
    Http manager = as("model-manager");
    Path folder = Repository.root().resolve("target/test-models/words");
    List<Path> files;
    try (Stream<Path> all = Files.list(folder)) {
      files = all.filter(file -> file.endsWith("model.json") == false).toList();
    }
    manager.request("PUT", MODEL, Files.readString(folder.resolve("model.json"))).orThrow();
    for (Path file : files) {
      String path = MODEL + "/files/" + file.getFileName() + "?part=1&parts=1";
      manager.request("PUT", path, Files.readAllBytes(file)).orThrow();
    }
    manager.request("POST", MODEL + "/_verify", Map.of("sha256", Map.of())).orThrow();

    Map<String, Object> field = Map.of("type", "learned_sparse", "model", "uploaded");
    Map<String, Object> mapping = Map.of("mappings", Map.of("properties", Map.of("v", field)));
    Http admin = SecurityIT.node().admin();
    admin.request("PUT", INDEX, mapping).orThrow();
    Map<String, Object> cats = Map.of("v", Map.of("cats", 1.0));
    admin.request("PUT", INDEX + "/_doc/1?refresh=true", cats).orThrow();
    Map<String, Object> query = Map.of("learned_sparse", Map.of("field", "v", "query", "cats"));
    Http.Response found =
        as("uploads-reader").request("POST", INDEX + "/_search", Map.of("query", query)).orThrow();
    assertEquals(1, found.body().at("/hits/total/value").asInt(), found::text);

    Http monitor = as("model-monitor");
    Http.Response shown = monitor.request("GET", MODEL, null).orThrow();
    assertEquals(true, shown.body().at("/models/uploaded/loaded").asBoolean(), shown::text);
    for (Http user : List.of(monitor, as("all-reader"))) {
      assertEquals(403, user.request("PUT", MODEL, Map.of()).status());
      assertEquals(403, user.request("PUT", MODEL + "/files/a", new byte[1]).status());
      assertEquals(403, user.request("POST", MODEL + "/_verify", null).status());
      assertEquals(403, user.request("DELETE", MODEL, null).status());
    }
    admin.request("DELETE", INDEX, null).orThrow();
    manager.request("DELETE", MODEL, null).orThrow();
  }

  /** What is behind the models is Elasticsearch's to guard. */
  @Test
  void nobodyReadsTheirIndex() {
    Http reader = as("all-reader");
    Http.Response refused = reader.request("GET", ".learned-sparse-models/_search", null);
    assertEquals(403, refused.status(), refused::text);
    Http.Response all = reader.request("GET", "*,.*/_search?size=1000&_source=false", null);
    assertFalse(all.text().contains("learned-sparse-models"), all::text);
  }
}
