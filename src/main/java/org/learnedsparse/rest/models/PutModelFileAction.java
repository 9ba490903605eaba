package org.learnedsparse.rest.models;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.elasticsearch.ElasticsearchStatusException;
import org.elasticsearch.action.ActionListener;
import org.elasticsearch.action.ActionType;
import org.elasticsearch.action.support.ActionFilters;
import org.elasticsearch.common.bytes.BytesReference;
import org.elasticsearch.injection.guice.Inject;
import org.elasticsearch.rest.RestStatus;
import org.elasticsearch.threadpool.ThreadPool;
import org.elasticsearch.transport.TransportService;
import org.learnedsparse.model.Digests;
import org.learnedsparse.model.registry.FilePart;
import org.learnedsparse.model.registry.ModelRegistry;
import org.learnedsparse.model.registry.StoredModel;

/** Stores a file of a model, or a part of one. */
public final class PutModelFileAction extends ModelsAction<PutModelFileAction.Request> {
  public static final ActionType<ModelsAction.Response> TYPE =
      new ActionType<>("cluster:admin/learned_sparse/models/files/put");

  private final ModelRegistry registry;

  @Inject
  public PutModelFileAction(
      TransportService transportService,
      ActionFilters filters,
      ThreadPool threadPool,
      ModelRegistry registry) {
    super(TYPE, transportService, filters, threadPool);
    this.registry = registry;
  }

  @Override
  void run(Request request, ActionListener<Response> listener) {
    StoredModel model = registry.require(request.id);
    if (model.isVerified()) {
      throw new ElasticsearchStatusException(
          "model [{}] is verified, and does not change any more; upload under another id",
          RestStatus.CONFLICT,
          request.id);
    }
    byte[] content = BytesReference.toBytes(request.content);
    String sha256 = Digests.sha256(content);
    FilePart part = new FilePart(request.file, request.part, request.parts, content.length, sha256);
    if (request.sha256 != null && request.sha256.toLowerCase(Locale.ROOT).equals(sha256) == false) {
      throw new IllegalArgumentException(
          "part ["
              + request.part
              + "] of ["
              + request.file
              + "] came with ["
              + content.length
              + "] bytes and the SHA-256 ["
              + sha256
              + "], not ["
              + request.sha256
              + "]; send it again");
    }
    boolean created = registry.store().put(model, part, content);
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("model", request.id);
    answer.put("file", part.file());
    answer.put("part", part.part());
    answer.put("parts", part.parts());
    answer.put("bytes", part.bytes());
    answer.put("sha256", part.sha256());
    answer.put("result", created ? "created" : "noop");
    listener.onResponse(new Response(answer));
  }

  /** A part of a file. */
  static final class Request extends ModelRequest {
    private final String file;
    private final int part;
    private final int parts;
    private final String sha256;
    private final BytesReference content;

    /**
     * @param part from 1
     * @param sha256 what the content's digest should be; null if that is not known
     * @param content stays valid until the answer
     */
    Request(String id, String file, int part, int parts, String sha256, BytesReference content) {
      super(id);
      this.file = file;
      this.part = part;
      this.parts = parts;
      this.sha256 = sha256;
      this.content = content;
    }
  }
}
