package org.learnedsparse.model.registry;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.elasticsearch.ElasticsearchException;
import org.elasticsearch.ElasticsearchStatusException;
import org.elasticsearch.ExceptionsHelper;
import org.elasticsearch.action.DocWriteRequest;
import org.elasticsearch.action.bulk.BulkRequestBuilder;
import org.elasticsearch.action.bulk.BulkResponse;
import org.elasticsearch.action.get.GetResponse;
import org.elasticsearch.action.get.MultiGetItemResponse;
import org.elasticsearch.action.get.MultiGetRequest;
import org.elasticsearch.action.get.MultiGetRequestBuilder;
import org.elasticsearch.action.index.IndexRequestBuilder;
import org.elasticsearch.action.search.SearchResponse;
import org.elasticsearch.action.support.WriteRequest;
import org.elasticsearch.client.internal.Client;
import org.elasticsearch.client.internal.OriginSettingClient;
import org.elasticsearch.common.UUIDs;
import org.elasticsearch.index.IndexNotFoundException;
import org.elasticsearch.index.engine.VersionConflictEngineException;
import org.elasticsearch.index.query.BoolQueryBuilder;
import org.elasticsearch.index.query.QueryBuilder;
import org.elasticsearch.index.query.QueryBuilders;
import org.elasticsearch.rest.RestStatus;
import org.elasticsearch.search.SearchHit;
import org.elasticsearch.search.fetch.subphase.FetchSourceContext;
import org.elasticsearch.search.sort.SortOrder;
import org.elasticsearch.xcontent.XContentBuilder;
import org.elasticsearch.xcontent.XContentFactory;

/**
 * Reads and writes the registry's documents. Every method waits for its answer, so it needs a
 * thread that may block.
 */
public final class ModelStore {
  private static final int MAX_HITS = 10_000;

  private final Client client;

  public ModelStore(Client client) {
    this.client = new OriginSettingClient(client, RegistryIndex.ORIGIN);
  }

  /** A model, verified or not. */
  public Optional<StoredModel> find(String id) {
    try {
      GetResponse response = client.prepareGet(RegistryIndex.NAME, modelDocument(id)).get();
      return response.isExists()
          ? Optional.of(
              StoredModel.fromSource(
                  response.getSourceAsMap(),
                  new StoredModel.Version(response.getSeqNo(), response.getPrimaryTerm())))
          : Optional.empty();
    } catch (IndexNotFoundException e) {
      return Optional.empty();
    }
  }

  /** All models, by id. */
  public NavigableMap<String, StoredModel> all() {
    NavigableMap<String, StoredModel> models = new TreeMap<>();
    for (SearchHit hit : search(QueryBuilders.termQuery("kind", "model"), "model")) {
      StoredModel model =
          StoredModel.fromSource(
              hit.getSourceAsMap(), new StoredModel.Version(hit.getSeqNo(), hit.getPrimaryTerm()));
      models.put(model.id(), model);
    }
    return models;
  }

  /**
   * The digests of those of some models that are verified, by id; in one request, which sees what
   * was written last.
   *
   * @throws ElasticsearchException if the registry cannot be read
   */
  Map<String, String> digests(Collection<String> ids) {
    MultiGetRequestBuilder request = client.prepareMultiGet();
    for (String id : ids) {
      request.add(
          new MultiGetRequest.Item(RegistryIndex.NAME, modelDocument(id))
              .fetchSourceContext(FetchSourceContext.of(true, new String[] {"digest"}, null)));
    }
    Map<String, String> digests = new HashMap<>();
    Iterator<String> asked = ids.iterator();
    for (MultiGetItemResponse item : request.get()) {
      String id = asked.next();
      if (item.isFailed() == false) {
        if (item.getResponse().isExists()) {
          digests.put(id, (String) item.getResponse().getSourceAsMap().get("digest"));
        }
      } else if (item.getFailure().getFailure() instanceof IndexNotFoundException == false) {
        throw ExceptionsHelper.convertToElastic(item.getFailure().getFailure());
      }
    }
    digests.values().removeIf(Objects::isNull);
    return digests;
  }

  /**
   * Begins an upload.
   *
   * @return false if the same one has begun before
   * @throws ElasticsearchStatusException 409 if there is a model of this id with other settings, or
   *     a verified one
   */
  public boolean create(String id, String settings) {
    StoredModel model =
        new StoredModel(id, UUIDs.base64UUID(), settings, null, new TreeMap<>(), null);
    try {
      index(modelDocument(id), model.toSource()).setOpType(DocWriteRequest.OpType.CREATE).get();
    } catch (VersionConflictEngineException e) {
      StoredModel known = find(id).orElseThrow(() -> changed(id));
      if (known.isVerified() == false && known.settings().equals(settings)) {
        return false;
      }
      throw new ElasticsearchStatusException(
          "there is a model [{}] already, {}; delete it first, or take another id",
          RestStatus.CONFLICT,
          id,
          known.isVerified() ? "verified" : "being uploaded with other settings");
    }
    deleteParts(
        new BoolQueryBuilder()
            .filter(QueryBuilders.termQuery("model", id))
            .mustNot(QueryBuilders.termQuery("upload", model.upload())));
    return true;
  }

  /**
   * Stores a part.
   *
   * @return false if the same part is there already
   * @throws ElasticsearchStatusException 409 if another one of its number is there
   */
  public boolean put(StoredModel model, FilePart part, byte[] content) {
    Map<String, Object> source = new LinkedHashMap<>();
    source.put("kind", "part");
    source.put("model", model.id());
    source.put("upload", model.upload());
    source.put("file", part.file());
    source.put("part", part.part());
    source.put("parts", part.parts());
    source.put("bytes", part.bytes());
    source.put("sha256", part.sha256());
    source.put("data", content);
    String document = partDocument(model, part.file(), part.part());
    try {
      index(document, source).setOpType(DocWriteRequest.OpType.CREATE).get();
      return true;
    } catch (VersionConflictEngineException e) {
      GetResponse known =
          client.prepareGet(RegistryIndex.NAME, document).setFetchSource(null, "data").get();
      if (known.isExists() && part(known.getSourceAsMap()).equals(part)) {
        return false;
      }
      throw new ElasticsearchStatusException(
          "part [{}] of [{}] is there already, and is another one: {}, not {}; to begin again, delete model [{}]",
          RestStatus.CONFLICT,
          part.part(),
          part.file(),
          known.isExists() ? part(known.getSourceAsMap()) : "deleted meanwhile",
          part,
          model.id());
    }
  }

  /** The parts that were uploaded of a model, by file and number. */
  public List<FilePart> parts(StoredModel model) {
    List<FilePart> parts = new ArrayList<>();
    QueryBuilder query =
        new BoolQueryBuilder()
            .filter(QueryBuilders.termQuery("kind", "part"))
            .filter(QueryBuilders.termQuery("upload", model.upload()));
    for (SearchHit hit : search(query, "file", "part")) {
      parts.add(part(hit.getSourceAsMap()));
    }
    return parts;
  }

  private static FilePart part(Map<String, Object> source) {
    return new FilePart(
        (String) source.get("file"),
        ((Number) source.get("part")).intValue(),
        ((Number) source.get("parts")).intValue(),
        ((Number) source.get("bytes")).longValue(),
        (String) source.get("sha256"));
  }

  /** A part's bytes. */
  byte[] content(StoredModel model, FilePart part) {
    GetResponse response =
        client.prepareGet(RegistryIndex.NAME, partDocument(model, part.file(), part.part())).get();
    if (response.isExists() == false) {
      throw changed(model.id());
    }
    return (byte[]) response.getSourceAsMap().get("data");
  }

  /**
   * Declares a model whole.
   *
   * @throws ElasticsearchStatusException 409 if it has changed meanwhile
   */
  void replace(StoredModel model) {
    try {
      index(modelDocument(model.id()), model.toSource())
          .setIfSeqNo(model.version().seqNo())
          .setIfPrimaryTerm(model.version().primaryTerm())
          .get();
    } catch (VersionConflictEngineException e) {
      throw changed(model.id());
    }
  }

  private static ElasticsearchStatusException changed(String id) {
    return new ElasticsearchStatusException(
        "model [{}] was deleted or changed meanwhile; look at [GET _learned_sparse/models/{}]",
        RestStatus.CONFLICT,
        id,
        id);
  }

  /** Deletes a model; whatever interrupts this, the model is either whole or not there. */
  public void delete(StoredModel model) {
    client
        .prepareDelete(RegistryIndex.NAME, modelDocument(model.id()))
        .setRefreshPolicy(WriteRequest.RefreshPolicy.IMMEDIATE)
        .get();
    deleteParts(QueryBuilders.termQuery("upload", model.upload()));
  }

  private void deleteParts(QueryBuilder query) {
    BulkRequestBuilder bulk = client.prepareBulk();
    for (SearchHit hit :
        search(
            new BoolQueryBuilder().filter(QueryBuilders.termQuery("kind", "part")).filter(query),
            "file")) {
      bulk.add(client.prepareDelete(RegistryIndex.NAME, hit.getId()));
    }
    if (bulk.numberOfActions() > 0) {
      BulkResponse response = bulk.get();
      if (response.hasFailures()) {
        throw new IllegalStateException(response.buildFailureMessage());
      }
    }
  }

  private SearchHit[] search(QueryBuilder query, String... sorts) {
    try {
      client.admin().indices().prepareRefresh(RegistryIndex.NAME).get();
      var request =
          client
              .prepareSearch(RegistryIndex.NAME)
              .setQuery(query)
              .setSize(MAX_HITS)
              .setAllowPartialSearchResults(false)
              .setTrackTotalHits(true)
              .seqNoAndPrimaryTerm(true)
              .setFetchSource(null, "data");
      for (String sort : sorts) {
        request.addSort(sort, SortOrder.ASC);
      }
      SearchResponse response = request.get();
      try {
        SearchHit[] hits = response.getHits().asUnpooled().getHits();
        if (response.getHits().getTotalHits().value > hits.length) {
          throw new IllegalStateException(
              "["
                  + response.getHits().getTotalHits().value
                  + "] documents are more than can be read");
        }
        return hits;
      } finally {
        response.decRef();
      }
    } catch (IndexNotFoundException e) {
      return new SearchHit[0];
    }
  }

  /** In SMILE, which has bytes, where JSON would need a third more for base64. */
  private IndexRequestBuilder index(String document, Map<String, Object> source) {
    try (XContentBuilder builder = XContentFactory.smileBuilder()) {
      return client.prepareIndex(RegistryIndex.NAME).setId(document).setSource(builder.map(source));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String modelDocument(String id) {
    return "model:" + id;
  }

  private static String partDocument(StoredModel model, String file, int part) {
    return model.upload() + ":" + part + ":" + file;
  }
}
