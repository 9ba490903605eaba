package org.learnedsparse.model.registry;

import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.elasticsearch.ElasticsearchStatusException;
import org.elasticsearch.ExceptionsHelper;
import org.elasticsearch.action.ActionListener;
import org.elasticsearch.action.DocWriteRequest;
import org.elasticsearch.action.get.GetResponse;
import org.elasticsearch.action.get.MultiGetItemResponse;
import org.elasticsearch.action.get.MultiGetRequest;
import org.elasticsearch.action.get.MultiGetResponse;
import org.elasticsearch.action.index.IndexRequestBuilder;
import org.elasticsearch.client.internal.Client;
import org.elasticsearch.client.internal.OriginSettingClient;
import org.elasticsearch.index.IndexNotFoundException;
import org.elasticsearch.index.engine.VersionConflictEngineException;
import org.elasticsearch.rest.RestStatus;
import org.elasticsearch.search.fetch.subphase.FetchSourceContext;
import org.learnedsparse.model.ModelAliases;

/**
 * Reads and writes the models' aliases: one document, so that a request that changes several of
 * them changes all or none.
 */
public final class AliasStore {
  private static final String DOCUMENT = "aliases";

  private static final int ATTEMPTS = 10;

  private final Client client;

  AliasStore(Client client) {
    this.client = new OriginSettingClient(client, RegistryIndex.ORIGIN);
  }

  /** The ids of models by alias. Waits for the answer. */
  public NavigableMap<String, String> all() {
    GetResponse stored = get();
    return stored == null ? Collections.emptyNavigableMap() : targets(stored);
  }

  /**
   * Changes them all at once: nobody sees a part of it. Waits for the answer.
   *
   * @param change makes a new map from the one that is there; called again if that has changed
   *     meanwhile. What it throws is thrown on, and nothing is changed
   * @return whether they were changed
   * @throws ElasticsearchStatusException 409 if others keep changing them
   */
  public boolean change(UnaryOperator<NavigableMap<String, String>> change) {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      GetResponse stored = get();
      NavigableMap<String, String> before = stored == null ? new TreeMap<>() : targets(stored);
      NavigableMap<String, String> after = change.apply(new TreeMap<>(before));
      if (after.equals(before)) {
        return false;
      }
      IndexRequestBuilder write =
          client
              .prepareIndex(RegistryIndex.NAME)
              .setId(DOCUMENT)
              .setSource(Map.of("kind", DOCUMENT, "aliases", after));
      if (stored == null) {
        write.setOpType(DocWriteRequest.OpType.CREATE);
      } else {
        write.setIfSeqNo(stored.getSeqNo()).setIfPrimaryTerm(stored.getPrimaryTerm());
      }
      try {
        write.get();
        return true;
      } catch (VersionConflictEngineException e) {
        // Somebody else was faster: once more, from what is there now.
      }
    }
    throw new ElasticsearchStatusException(
        "the aliases of models were changed by others [{}] times meanwhile; try again",
        RestStatus.CONFLICT,
        ATTEMPTS);
  }

  /** Null if there are none, and never were. */
  private GetResponse get() {
    try {
      GetResponse response = client.prepareGet(RegistryIndex.NAME, DOCUMENT).get();
      return response.isExists() ? response : null;
    } catch (IndexNotFoundException e) {
      return null;
    }
  }

  @SuppressWarnings("unchecked")
  private static NavigableMap<String, String> targets(GetResponse stored) {
    return new TreeMap<>((Map<String, String>) stored.getSourceAsMap().get("aliases"));
  }

  /** Tells them with the digests of their models; returns at once. */
  void read(ActionListener<ModelAliases> listener) {
    client
        .prepareGet(RegistryIndex.NAME, DOCUMENT)
        .execute(
            ActionListener.wrap(
                stored -> {
                  if (stored.isExists()) {
                    readDigests(targets(stored), listener);
                  } else {
                    listener.onResponse(none());
                  }
                },
                failure -> {
                  if (ExceptionsHelper.unwrapCause(failure) instanceof IndexNotFoundException) {
                    listener.onResponse(none());
                  } else {
                    listener.onFailure(failure);
                  }
                }));
  }

  private static ModelAliases none() {
    return new ModelAliases(Collections.emptyNavigableMap(), Map.of());
  }

  private void readDigests(
      NavigableMap<String, String> targets, ActionListener<ModelAliases> listener) {
    Set<String> ids = new TreeSet<>(targets.keySet());
    ids.addAll(targets.values());
    if (ids.isEmpty()) {
      listener.onResponse(none());
      return;
    }
    MultiGetRequest models = new MultiGetRequest();
    for (String id : ids) {
      models.add(
          new MultiGetRequest.Item(RegistryIndex.NAME, ModelStore.modelDocument(id))
              .fetchSourceContext(
                  FetchSourceContext.of(true, new String[] {"model", "digest"}, null)));
    }
    client.multiGet(
        models, listener.<MultiGetResponse>map(found -> new ModelAliases(targets, digests(found))));
  }

  private static Map<String, String> digests(MultiGetResponse found) throws Exception {
    Map<String, String> digests = new HashMap<>();
    for (MultiGetItemResponse model : found) {
      if (model.isFailed()) {
        throw model.getFailure().getFailure();
      }
      if (model.getResponse().isExists()) {
        Map<String, Object> source = model.getResponse().getSourceAsMap();
        if (source.get("digest") instanceof String digest) {
          digests.put((String) source.get("model"), digest);
        }
      }
    }
    return digests;
  }
}
