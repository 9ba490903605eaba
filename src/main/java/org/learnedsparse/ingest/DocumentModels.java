package org.learnedsparse.ingest;

import java.util.Optional;
import java.util.function.Supplier;
import org.elasticsearch.ExceptionsHelper;
import org.elasticsearch.action.ActionListener;
import org.elasticsearch.cluster.ClusterState;
import org.elasticsearch.cluster.metadata.IndexMetadata;
import org.elasticsearch.index.Index;
import org.elasticsearch.ingest.IngestDocument;
import org.elasticsearch.rest.RestStatus;
import org.learnedsparse.encode.Mode;
import org.learnedsparse.mapper.FieldModel;
import org.learnedsparse.mapper.FieldModels;
import org.learnedsparse.model.ModelService;

/**
 * Chooses the model that encodes a document: the one that encoded the documents of its index, where
 * that is recorded and the pipeline does not name another one; so an alias that has moved meanwhile
 * makes no mixture. Where nothing is recorded, it records what it chooses.
 */
public final class DocumentModels {
  private final Supplier<ModelService> models;
  private final Supplier<ClusterState> state;
  private final BulkWarnings warnings;
  private final ModelRecorder recorder;
  private final FieldModels fieldModels = new FieldModels();

  /** The suppliers are asked when the node has started. */
  public DocumentModels(
      Supplier<ModelService> models,
      Supplier<ClusterState> state,
      BulkWarnings warnings,
      ModelRecorder recorder) {
    this.models = models;
    this.state = state;
    this.warnings = warnings;
    this.recorder = recorder;
  }

  /** The field that a document's weights go to, and the model that the pipeline names for it. */
  private record Target(String name, Index index, String field, FieldModel known, String model) {
    /** Whether the pipeline names what the field names. */
    private boolean isNamedAlike() {
      return model.equals(known.model());
    }
  }

  /**
   * Tells the id of the model that encodes a document; returns at once.
   *
   * @param listener fails as {@link ModelService#encoder} does, or if what encodes the index cannot
   *     be recorded now
   */
  void choose(
      IngestDocument document, ProcessorSettings settings, ActionListener<String> listener) {
    Optional<Target> target = target(document, settings);
    if (target.isEmpty()) {
      models.get().resolve(settings.model(), listener);
    } else if (target.get().known().encodedBy() != null) {
      follow(target.get(), listener);
    } else {
      begin(target.get(), listener);
    }
  }

  private Optional<Target> target(IngestDocument document, ProcessorSettings settings) {
    String name =
        document.getFieldValue(IngestDocument.Metadata.INDEX.getFieldName(), String.class, true);
    if (name == null) {
      return Optional.empty();
    }
    String field = settings.weightsField();
    Optional<IndexMetadata> index = TargetIndex.of(state.get(), name);
    return index
        .flatMap(found -> fieldModels.find(field, found))
        .map(known -> new Target(name, index.get().getIndex(), field, known, settings.model()));
  }

  /** Goes on with what the index was encoded by. */
  private void follow(Target target, ActionListener<String> listener) {
    String name = target.isNamedAlike() ? target.known().encodedBy() : target.model();
    withLoaded(
        name,
        listener.delegateFailureAndWrap(
            (next, loaded) -> {
              if (loaded.isSparse()) {
                warnIfOther(target, target.known(), loaded.id());
              }
              next.onResponse(loaded.id());
            }));
  }

  /** Lets the index be encoded by what the pipeline names now. */
  private void begin(Target target, ActionListener<String> listener) {
    if (warnings.isBulk() == false) {
      models.get().resolve(target.model(), listener);
      return;
    }
    withLoaded(
        target.model(),
        listener.delegateFailureAndWrap(
            (next, loaded) -> {
              if (loaded.isSparse() == false) {
                next.onResponse(loaded.id());
              } else if (loaded.id().length() > FieldModel.MAX_LENGTH) {
                warnings.add(
                    unrecorded(
                        target,
                        "the id of model ["
                            + loaded.id()
                            + "] has more than ["
                            + FieldModel.MAX_LENGTH
                            + "] characters"));
                next.onResponse(loaded.id());
              } else {
                record(target, loaded.id(), next);
              }
            }));
  }

  private void record(Target target, String id, ActionListener<String> listener) {
    recorder.record(
        target.name(),
        target.index(),
        target.field(),
        id,
        models.get().digest(id),
        ActionListener.wrap(
            recorded -> {
              if (recorded == null || recorded.equals(id)) {
                listener.onResponse(id);
              } else if (target.isNamedAlike()) {
                // Another node began with another model.
                listener.onResponse(recorded);
              } else {
                FieldModel now = new FieldModel(target.known().model(), recorded, null);
                warnIfOther(target, now, id);
                listener.onResponse(id);
              }
            },
            failure -> {
              RestStatus status = ExceptionsHelper.status(failure);
              if (status.getStatus() >= RestStatus.INTERNAL_SERVER_ERROR.getStatus()
                  || status == RestStatus.TOO_MANY_REQUESTS) {
                listener.onFailure(failure);
              } else {
                // It would fail for ever, and the document need not.
                warnings.add(unrecorded(target, failure.getMessage()));
                listener.onResponse(id);
              }
            }));
  }

  private static String unrecorded(Target target, String reason) {
    return place(target)
        + ": which model encodes it cannot be recorded, and queries use what its [model] ["
        + target.known().model()
        + "] is at their time: "
        + reason;
  }

  private static String place(Target target) {
    return "["
        + LearnedSparseProcessor.TYPE
        + "] processor: field ["
        + target.field()
        + "] of index ["
        + target.index().getName()
        + "]";
  }

  private void warnIfOther(Target target, FieldModel known, String id) {
    String present = models.get().digest(id);
    boolean isSame =
        (known.digest() != null && present != null)
            ? known.equalsDigest(present)
            : id.equals(known.encodedBy());
    if (isSame == false) {
      warnings.add(
          place(target)
              + " was encoded by model ["
              + known.encodedBy()
              + "]"
              + digest(known.digest())
              + ", and now gets documents that are encoded by model ["
              + id
              + "]"
              + digest(present)
              + ": their weights may not fit together. "
              + (id.equals(known.encodedBy())
                  ? "Bring the model's files back, or encode all documents again"
                  : "Name ["
                      + known.model()
                      + "] as the pipeline's [model], or encode all documents again"));
    }
  }

  private static String digest(String digest) {
    return digest == null
        ? ""
        : " with digest ["
            + digest.substring(0, Math.min(FieldModel.DIGEST_DIGITS, digest.length()))
            + "]";
  }

  /** A model that is loaded, or was just now. */
  private record Loaded(String id, boolean isSparse) {}

  private void withLoaded(String name, ActionListener<Loaded> listener) {
    models
        .get()
        .resolve(
            name,
            listener.delegateFailureAndWrap(
                (next, id) ->
                    models
                        .get()
                        .encoder(
                            id,
                            next.map(encoder -> new Loaded(id, encoder.isSparse(Mode.DOCUMENT))))));
  }
}
