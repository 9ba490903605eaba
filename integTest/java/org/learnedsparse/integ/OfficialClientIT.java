package org.learnedsparse.integ;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import co.elastic.clients.elasticsearch._types.ElasticsearchException;
import co.elastic.clients.elasticsearch._types.Refresh;
import co.elastic.clients.elasticsearch._types.query_dsl.Query;
import co.elastic.clients.elasticsearch.core.BulkResponse;
import co.elastic.clients.elasticsearch.core.SearchResponse;
import co.elastic.clients.elasticsearch.core.search.Hit;
import co.elastic.clients.json.JsonData;
import co.elastic.clients.json.jackson.JacksonJsonpMapper;
import co.elastic.clients.transport.rest_client.RestClientTransport;
import java.io.IOException;
import java.io.StringReader;
import java.util.List;
import java.util.Map;
import org.apache.http.HttpHost;
import org.elasticsearch.client.RestClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.learnedsparse.tools.node.RealNode;

/** Elasticsearch's own Java client indexes and searches through the plugin. */
class OfficialClientIT {

  private static final String INDEX = "articles";

  /** A document as a user of the client has it. */
  public record Article(String body, String lang, Map<String, Float> sparse) {}

  private static RealNode node;
  private static ElasticsearchClient client;

  @BeforeAll
  static void startAndIndex() throws IOException {
    node = TestModels.install(RealNode.builder("official-client")).start();
    RestClient http = RestClient.builder(HttpHost.create(node.url().toString())).build();
    client = new ElasticsearchClient(new RestClientTransport(http, new JacksonJsonpMapper()));
    client
        .ingest()
        .putPipeline(
            p ->
                p.id("encode")
                    .processors(
                        processor ->
                            processor._custom(
                                "learned_sparse",
                                Map.of(
                                    "field", "body",
                                    "target_field", "sparse",
                                    "model", "tiny",
                                    "prune", Map.of("type", "top_k", "value", 50)))));
    client
        .indices()
        .create(
            i ->
                i.index(INDEX)
                    .settings(s -> s.defaultPipeline("encode"))
                    .mappings(
                        m ->
                            m.properties("body", p -> p.text(t -> t))
                                .properties("lang", p -> p.keyword(k -> k))
                                .properties(
                                    "sparse",
                                    p ->
                                        p._custom(
                                            "learned_sparse",
                                            Map.of(
                                                "type", "learned_sparse",
                                                "model", "tiny",
                                                "max_weight", 31.875)))));
    BulkResponse response =
        client.bulk(
            b ->
                b.index(INDEX)
                    .refresh(Refresh.True)
                    .operations(o -> o.index(i -> i.id("1").document(article("leaves", "en"))))
                    .operations(o -> o.index(i -> i.id("2").document(article("plants", "de"))))
                    .operations(o -> o.index(i -> i.id("3").document(article("cats", "en")))));
    assertFalse(response.errors(), response.toString());
  }

  @AfterAll
  static void stop() throws IOException {
    if (client != null) {
      client._transport().close();
    }
    if (node != null) {
      node.close();
    }
  }

  private static Article article(String body, String lang) {
    return new Article(body, lang, null);
  }

  private static SearchResponse<Article> search(Query query) throws IOException {
    return client.search(s -> s.index(INDEX).query(query), Article.class);
  }

  private static Query sparse(Map<String, Object> parameters) {
    return Query.of(q -> q._custom("learned_sparse", JsonData.of(parameters)));
  }

  private static List<String> idsAndScores(SearchResponse<Article> response) {
    return response.hits().hits().stream().map(hit -> hit.id() + " " + hit.score()).toList();
  }

  @Test
  void thePipelineWritesTheWeightsIntoTheDocument() throws IOException {
    Article stored = client.get(g -> g.index(INDEX).id("1"), Article.class).source();
    assertEquals("leaves", stored.body());
    assertEquals(2, stored.sparse().size());
    assertEquals(2.0, stored.sparse().get("leaves"), 1e-6);
    assertEquals(1.5, stored.sparse().get("plants"), 1e-6);
  }

  @Test
  void aCustomQueryFindsWhatSharesNoWord() throws IOException {
    SearchResponse<Article> response = search(sparse(Map.of("field", "sparse", "query", "plants")));
    assertEquals(List.of("2 4.0", "1 3.0"), idsAndScores(response));
    Hit<Article> second = response.hits().hits().get(1);
    assertEquals("leaves", second.source().body());
  }

  @Test
  void aQueryVectorWithKAndFilter() throws IOException {
    assertEquals(
        List.of("1 1.5"),
        idsAndScores(
            search(
                sparse(
                    Map.of(
                        "field",
                        "sparse",
                        "query_vector",
                        Map.of("plants", 1.0, "cats", 0.5),
                        "k",
                        1,
                        "filter",
                        Map.of("term", Map.of("lang", "en")))))));
  }

  @Test
  void insideABoolBesideTypedQueries() throws IOException {
    Query query =
        Query.of(
            q ->
                q.bool(
                    b ->
                        b.must(sparse(Map.of("field", "sparse", "query", "plants", "boost", 2)))
                            .filter(f -> f.term(t -> t.field("lang").value("en")))));
    assertEquals(List.of("1 6.0"), idsAndScores(search(query)));
  }

  @Test
  void aWholeRequestAsJson() throws IOException {
    String json =
        """
        { "size": 1, "explain": true,
          "query": { "learned_sparse": { "field": "sparse", "query": "plants" } } }
        """;
    SearchResponse<Article> response =
        client.search(s -> s.index(INDEX).withJson(new StringReader(json)), Article.class);
    assertEquals(List.of("2 4.0"), idsAndScores(response));
    assertEquals(4.0, response.hits().hits().get(0).explanation().value(), 0);
  }

  @Test
  void errorsReachTheClientWithTheirReason() {
    ElasticsearchException missing =
        assertThrows(
            ElasticsearchException.class,
            () -> search(sparse(Map.of("field", "sparse", "query", "plants", "model", "none"))));
    assertEquals(404, missing.status());
    assertTrue(missing.error().reason().contains("there is no model [none]"), missing.toString());
    ElasticsearchException bad =
        assertThrows(
            ElasticsearchException.class,
            () -> search(sparse(Map.of("field", "sparse", "query_vector", Map.of("plants", -1)))));
    assertEquals(400, bad.status());
    assertTrue(bad.error().reason().contains("term [plants] has weight [-1.0]"), bad.toString());
  }

  @Test
  void oneBadDocumentInABulkFailsAlone() throws IOException {
    BulkResponse response =
        client.bulk(
            b ->
                b.index("scratch")
                    .pipeline("encode")
                    .operations(o -> o.index(i -> i.id("1").document(Map.of("body", "cats"))))
                    .operations(o -> o.index(i -> i.id("2").document(Map.of("body", 3))))
                    .operations(o -> o.index(i -> i.id("3").document(Map.of("body", "dogs")))));
    assertEquals(
        List.of(201, 400, 201), response.items().stream().map(item -> item.status()).toList());
    assertTrue(response.items().get(1).error().reason().contains("field [body] must be a string"));
  }
}
