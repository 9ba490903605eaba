package org.learnedsparse.integ.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.learnedsparse.tools.node.Http;
import org.learnedsparse.tools.node.Repository;

/** Who may ask for what: the table of docs/reference.md, row by row, and what it does not say. */
abstract class RequestRights {
  private static final String INDEX = "rights";

  private static final String BULK = "{\"create\":{}}\n{\"body\":\"plants\"}\n";

  private static final List<String> WRITING = List.of("index", "write", "create_doc");

  private static final Pattern ROW =
      Pattern.compile("(?m)^\\| `([A-Z]+ [^`]+)`[^|]* \\| (?:`(\\w+)`)? ?\\| (?:`(\\w+)`)? ?\\|$");

  private static final Map<String, Object> MAPPING =
      Map.of(
          "mappings",
          Map.of(
              "properties",
              Map.of(
                  "body", Map.of("type", "text"),
                  "v", Map.of("type", "learned_sparse", "model", "tiny"))));

  private static final Map<String, Object> SEARCH =
      Map.of("query", Map.of("learned_sparse", Map.of("field", "v", "query", "plants")));

  /** A request of the table, with the placeholders filled in. */
  private record Sent(String method, String path, Object body) {
    Http.Response by(Http user) {
      return user.request(method, path, body);
    }
  }

  /** One row; no privilege is an empty string. */
  private record Row(String request, String cluster, String index) {}

  private static Map<String, Sent> requests() {
    Map<String, Object> texts = Map.of("texts", List.of("plants"));
    Map<String, Sent> requests = new TreeMap<>();
    requests.put("GET _learned_sparse/models", new Sent("GET", "_learned_sparse/models", null));
    requests.put(
        "GET _learned_sparse/models/{id}", new Sent("GET", "_learned_sparse/models/tiny", null));
    String model = "_learned_sparse/models/rights";
    requests.put("PUT _learned_sparse/models/{id}", new Sent("PUT", model, Map.of()));
    requests.put(
        "PUT _learned_sparse/models/{id}/files/{name}",
        new Sent("PUT", model + "/files/idf.json?part=1&parts=1", new byte[] {'{', '}'}));
    requests.put(
        "POST _learned_sparse/models/{id}/_verify",
        new Sent("POST", model + "/_verify", Map.of("sha256", Map.of())));
    requests.put("DELETE _learned_sparse/models/{id}", new Sent("DELETE", model, null));
    String aliases = "_learned_sparse/models/_aliases";
    requests.put("GET " + aliases, new Sent("GET", aliases, null));
    Map<String, Object> add = Map.of("add", Map.of("alias", "rights-alias", "model", "tiny"));
    requests.put("POST " + aliases, new Sent("POST", aliases, Map.of("actions", List.of(add))));
    requests.put(
        "GET _cat/learned_sparse_models", new Sent("GET", "_cat/learned_sparse_models", null));
    requests.put("GET _learned_sparse/stats", new Sent("GET", "_learned_sparse/stats", null));
    requests.put("POST _learned_sparse/encode", new Sent("POST", "_learned_sparse/encode", texts));
    requests.put(
        "POST {index}/_learned_sparse/encode",
        new Sent(
            "POST",
            INDEX + "/_learned_sparse/encode",
            Map.of("field", "v", "texts", List.of("plants"))));
    requests.put("GET {index}/_search", new Sent("GET", INDEX + "/_search", SEARCH));
    requests.put("GET {index}/_explain/{id}", new Sent("GET", INDEX + "/_explain/1", SEARCH));
    requests.put(
        "POST {index}/_doc?pipeline={id}",
        new Sent("POST", INDEX + "/_doc?pipeline=encode", Map.of("body", "plants")));
    requests.put("PUT _ingest/pipeline/{id}", new Sent("PUT", "_ingest/pipeline/own", pipeline()));
    requests.put(
        "POST _ingest/pipeline/_simulate",
        new Sent(
            "POST",
            "_ingest/pipeline/_simulate",
            Map.of(
                "pipeline",
                pipeline(),
                "docs",
                List.of(Map.of("_source", Map.of("body", "plants"))))));
    requests.put("PUT {index}", new Sent("PUT", INDEX + "-new", MAPPING));
    requests.put(
        "PUT {index}/_settings",
        new Sent("PUT", INDEX + "/_settings", Map.of("index.learned_sparse.reorder", false)));
    return requests;
  }

  private static Map<String, Object> pipeline() {
    return Map.of(
        "processors",
        List.of(
            Map.of(
                "learned_sparse", Map.of("field", "body", "target_field", "v", "model", "tiny"))));
  }

  @BeforeAll
  static void fill() {
    Http admin = SecurityIT.node().admin();
    admin.request("PUT", INDEX, MAPPING).orThrow();
    admin.request("PUT", "_ingest/pipeline/encode", pipeline()).orThrow();
    admin
        .request(
            "PUT",
            INDEX + "/_doc/1?pipeline=encode&refresh=true",
            Map.of("body", "leaves make energy"))
        .orThrow();
  }

  private static List<Row> table() throws IOException {
    String reference = Files.readString(Repository.root().resolve("docs/reference.md"));
    int begin = reference.indexOf("\n## Rights\n");
    String section = reference.substring(begin, reference.indexOf("\n## ", begin + 1));
    List<Row> rows = new ArrayList<>();
    for (MatchResult row : ROW.matcher(section).results().toList()) {
      rows.add(new Row(row.group(1), orEmpty(row.group(2)), orEmpty(row.group(3))));
    }
    return rows;
  }

  private static String orEmpty(String group) {
    return group == null ? "" : group;
  }

  /** For each row, who has just these rights, and who has all on the other side. */
  static List<User> users() throws IOException {
    List<User> users = new ArrayList<>();
    List<Row> rows = table();
    for (int i = 0; i < rows.size(); i++) {
      Row row = rows.get(i);
      boolean onIndex = row.cluster().isEmpty();
      users.add(user("just-" + i, row.cluster(), row.index()));
      users.add(user("other-" + i, onIndex ? "all" : "", onIndex ? "monitor" : "all"));
    }
    users.add(User.of("reader", INDEX, "read"));
    users.add(User.of("writer-elsewhere", "elsewhere", "index"));
    for (String privilege : WRITING) {
      users.add(User.of("writer-" + privilege, "inbox", privilege));
    }
    return users;
  }

  private static User user(String name, String cluster, String index) {
    return new User(
        name,
        cluster.isEmpty() ? List.of() : List.of(cluster),
        index.isEmpty()
            ? List.of()
            : List.of(
                Map.of("names", List.of(INDEX, INDEX + "-new"), "privileges", List.of(index))));
  }

  @Test
  void theTableOfTheReference() throws IOException {
    Map<String, Sent> requests = requests();
    List<Row> rows = table();
    assertEquals(List.copyOf(requests.keySet()), rows.stream().map(Row::request).sorted().toList());
    for (int i = 0; i < rows.size(); i++) {
      Row row = rows.get(i);
      Sent sent = requests.get(row.request());
      assertEquals(401, sent.by(SecurityIT.node().anonymous()).status(), row::request);
      Http.Response refused = sent.by(SecurityIT.node().as("other-" + i));
      assertEquals(403, refused.status(), () -> row + ": " + refused.text());
      Http.Response answer = sent.by(SecurityIT.node().as("just-" + i));
      // There is too little in the model to be verified, which only those with the right are told.
      int expected = row.request().endsWith("/_verify") ? 400 : 200;
      assertEquals(expected, answer.status() / 100 * 100, () -> row + ": " + answer.text());
    }
  }

  @Test
  void aReaderSearchesByTextAndSeesNothingElse() {
    Http admin = SecurityIT.node().admin();
    admin.request("PUT", "secrets", MAPPING).orThrow();
    Map<String, Object> secret = Map.of("body", "plants", "v", Map.of("plants", 2.0));
    admin.request("PUT", "secrets/_doc/1?refresh=true", secret).orThrow();
    Http reader = SecurityIT.node().as("reader");

    Http.Response found = reader.request("GET", INDEX + "/_search", SEARCH).orThrow();
    assertEquals("1", found.body().at("/hits/hits/0/_id").asText(), found::text);
    assertEquals(List.of("exact"), found.headers().get("x-learned-sparse-search"));
    assertEquals(403, reader.request("GET", "secrets/_search", SEARCH).status());
    Http.Response everywhere = reader.request("GET", "_search", SEARCH).orThrow();
    assertFalse(everywhere.text().contains("secrets"), everywhere::text);
    assertFalse(everywhere.body().at("/hits/hits").isEmpty());
  }

  @Test
  void whoIndexesNeedsNoRightToEncode() {
    Http admin = SecurityIT.node().admin();
    for (String privilege : WRITING) {
      admin.request("PUT", "inbox", MAPPING).orThrow();
      Map<String, Object> settings = Map.of("index.default_pipeline", "encode");
      admin.request("PUT", "inbox/_settings", settings).orThrow();
      Http stranger = SecurityIT.node().as("writer-elsewhere");
      assertTrue(stranger.request("POST", "inbox/_bulk", BULK).text().contains("403"));
      assertFalse(recorded(admin), "who may not index has recorded a model");
      Http writer = SecurityIT.node().as("writer-" + privilege);
      Http.Response bulk = writer.request("POST", "inbox/_bulk?refresh=true", BULK).orThrow();
      assertFalse(bulk.body().get("errors").asBoolean(), bulk::text);
      assertTrue(recorded(admin), privilege);
      assertEquals(403, writer.request("GET", "inbox/_search", SEARCH).status());
      assertEquals(403, writer.request("GET", "_learned_sparse/models", null).status());
      Http.Response found = admin.request("GET", "inbox/_search", SEARCH).orThrow();
      assertEquals(1, found.body().at("/hits/total/value").asInt(), found::text);
      admin.request("DELETE", "inbox", null).orThrow();
    }
  }

  /** Whether the model that encodes the documents of the inbox is in its mapping. */
  private static boolean recorded(Http admin) {
    Http.Response mapping = admin.request("GET", "inbox/_mapping", null).orThrow();
    return mapping.body().at("/inbox/mappings/properties/v/meta/model").asText().equals("tiny");
  }

  @Test
  void onlyTrustedTlsIsSpoken() {
    URI url = SecurityIT.node().url();
    assertEquals("https", url.getScheme());
    Http stranger = new Http(url);
    assertThrows(
        UncheckedIOException.class, () -> stranger.request("GET", "_learned_sparse/stats", null));
    Http plain = new Http(URI.create("http://" + url.getAuthority()));
    assertThrows(
        UncheckedIOException.class, () -> plain.request("GET", "_learned_sparse/stats", null));
  }

  @Test
  void nodesSpeakTls() throws IOException {
    URI address = URI.create("tls://" + SecurityIT.node().transportAddress());
    try (Socket socket =
        SecurityIT.node()
            .certificate()
            .trust()
            .getSocketFactory()
            .createSocket(address.getHost(), address.getPort())) {
      // Fails unless the other side has the key of the one certificate that is trusted.
      ((SSLSocket) socket).startHandshake();
    }
  }

  @Test
  void aWrongPasswordIsNoUser() {
    Http wrong = SecurityIT.node().anonymous().as("reader", "wrong horse");
    assertEquals(401, wrong.request("GET", INDEX + "/_search", SEARCH).status());
  }
}
