package org.learnedsparse.rest;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.not;

import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.lucene.tests.util.LuceneTestCase;
import org.elasticsearch.ElasticsearchException;
import org.elasticsearch.ResourceNotFoundException;
import org.elasticsearch.action.ActionListener;
import org.elasticsearch.action.ActionRequest;
import org.elasticsearch.action.ActionResponse;
import org.elasticsearch.action.ActionType;
import org.elasticsearch.action.NoShardAvailableActionException;
import org.elasticsearch.action.support.ActionFilters;
import org.elasticsearch.action.support.PlainActionFuture;
import org.elasticsearch.client.internal.Client;
import org.elasticsearch.client.internal.FilterClient;
import org.elasticsearch.common.Strings;
import org.elasticsearch.core.TimeValue;
import org.elasticsearch.plugins.Plugin;
import org.elasticsearch.rest.RestStatus;
import org.elasticsearch.test.ESSingleNodeTestCase;
import org.elasticsearch.threadpool.ThreadPool;
import org.elasticsearch.transport.TransportService;
import org.learnedsparse.TestPlugin;
import org.learnedsparse.encode.Mode;
import org.learnedsparse.model.ModelService;
import org.learnedsparse.model.registry.FilePart;
import org.learnedsparse.model.registry.ModelRegistry;

/** The list of models, with and without the uploaded ones. */
@LuceneTestCase.SuppressFileSystems("ExtrasFS") // a folder of it would be a model
public class GetModelsTests extends ESSingleNodeTestCase {
  private static final TimeValue PATIENCE = TimeValue.timeValueSeconds(30);

  @Override
  protected Collection<Class<? extends Plugin>> getPlugins() {
    return List.of(TestPlugin.class);
  }

  /** What a node answers whose client is this one. */
  private String list(Client client) throws IOException {
    return get(client, null);
  }

  private String get(Client client, String id) throws IOException {
    GetModelsAction action =
        new GetModelsAction(
            getInstanceFromNode(TransportService.class),
            new ActionFilters(Set.of()),
            getInstanceFromNode(ThreadPool.class),
            getInstanceFromNode(ModelService.class),
            new ModelRegistry(client, createTempDir()));
    PlainActionFuture<GetModelsAction.Response> response = new PlainActionFuture<>();
    ActionListener.run(
        response, list -> action.doExecute(null, new GetModelsAction.Request(id), list));
    return Strings.toString(response.actionGet(PATIENCE));
  }

  /** As where no node has the registry's shard, or the answer is another failure. */
  private Client failing(Exception failure) {
    return new FilterClient(client()) {
      @Override
      protected <Request extends ActionRequest, Response extends ActionResponse> void doExecute(
          ActionType<Response> action, Request request, ActionListener<Response> listener) {
        listener.onFailure(failure);
      }
    };
  }

  private ElasticsearchException refused(String model) {
    EncodeAction.Request request = new EncodeAction.Request(model, Mode.QUERY, List.of("plants"));
    return expectThrows(
        ElasticsearchException.class,
        () -> client().execute(EncodeAction.TYPE, request).actionGet(PATIENCE));
  }

  public void testFoldersAreListedWhileTheUploadedModelsCannotBe() throws Exception {
    ModelRegistry registry = getInstanceFromNode(ModelRegistry.class);
    registry.store().create("uploaded", "");
    String all = list(client());
    assertThat(all, containsString("\"default\""));
    assertThat(all, containsString("\"uploaded\""));
    assertThat(all, not(containsString("incomplete")));
    String folders = list(failing(new NoShardAvailableActionException(null, "no shard")));
    assertThat(folders, containsString("\"default\""));
    assertThat(folders, not(containsString("\"uploaded\"")));
    assertThat(
        folders,
        containsString(
            "\"incomplete\":\"uploaded models and aliases cannot be listed now: no shard"));
    Client away = failing(new NoShardAvailableActionException(null, "no shard"));
    String folder = get(away, "default");
    assertThat(folder, containsString("\"vocabulary_size\""));
    assertThat(folder, containsString("\"incomplete\":\"uploaded models and aliases cannot"));
    Client broken = failing(new ElasticsearchException("broken"));
    expectThrows(ElasticsearchException.class, () -> list(broken));
  }

  public void testAMissingModelsErrorNamesThoseThereAre() throws Exception {
    ModelRegistry registry = getInstanceFromNode(ModelRegistry.class);
    assertThat(refused("absent").getMessage(), containsString("there are [default]"));
    registry.store().create("live", "");
    byte[] content = {1};
    FilePart part = new FilePart("a.bin", 1, 1, 1, "digest");
    registry.store().put(registry.require("live"), part, content);
    registry.verify(registry.require("live"), Map.of(), folder -> {});
    assertBusy(
        () -> {
          ElasticsearchException missing = refused("absent");
          assertEquals(RestStatus.NOT_FOUND, missing.status());
          assertThat(missing.getMessage(), containsString("there are [default, live]"));
        });
    Exception none = expectThrows(ResourceNotFoundException.class, () -> registry.require("none"));
    assertThat(none.getMessage(), containsString("there is no uploaded model [none]"));
    assertThat(none.getMessage(), containsString("[PUT _learned_sparse/models/none]"));
  }
}
