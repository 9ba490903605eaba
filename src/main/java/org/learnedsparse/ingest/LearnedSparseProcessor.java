package org.learnedsparse.ingest;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.elasticsearch.action.ActionListener;
import org.elasticsearch.ingest.AbstractProcessor;
import org.elasticsearch.ingest.IngestDocument;
import org.elasticsearch.ingest.Processor;
import org.learnedsparse.encode.EncodedText;
import org.learnedsparse.encode.Encoder;
import org.learnedsparse.encode.Mode;
import org.learnedsparse.model.ModelService;

/**
 * Encodes a string, or an array of strings, and writes {@code {term: weight, …}}, a dense vector,
 * or both, into other fields. An array's strings are taken as the windows of one long text. Waits
 * for nothing: the document goes on when its weights are there.
 */
public final class LearnedSparseProcessor extends AbstractProcessor {
  /** The processor's name in pipelines. */
  public static final String TYPE = "learned_sparse";

  private final Supplier<ModelService> models;
  private final BelowQuality belowQuality;
  private final DocumentModels documentModels;
  private final ProcessorSettings settings;

  private LearnedSparseProcessor(
      String tag,
      String description,
      Supplier<ModelService> models,
      DocumentModels documentModels,
      BelowQuality belowQuality,
      ProcessorSettings settings) {
    super(tag, description);
    this.models = models;
    this.documentModels = documentModels;
    this.belowQuality = belowQuality;
    this.settings = settings;
  }

  /** Makes processors from the configuration in a pipeline. */
  public static final class Factory implements Processor.Factory {
    private final Supplier<ModelService> models;
    private final DocumentModels documentModels;
    private final BelowQuality belowQuality;

    public Factory(
        Supplier<ModelService> models, DocumentModels documentModels, BelowQuality belowQuality) {
      this.models = models;
      this.documentModels = documentModels;
      this.belowQuality = belowQuality;
    }

    @Override
    public Processor create(
        Map<String, Processor.Factory> factories,
        String tag,
        String description,
        Map<String, Object> config) {
      return new LearnedSparseProcessor(
          tag,
          description,
          models,
          documentModels,
          belowQuality,
          ProcessorSettings.read(tag, config));
    }
  }

  @Override
  public String getType() {
    return TYPE;
  }

  @Override
  public boolean isAsync() {
    return true;
  }

  @Override
  public IngestDocument execute(IngestDocument document) {
    throw new UnsupportedOperationException("this processor runs asynchronously");
  }

  @Override
  public void execute(IngestDocument document, BiConsumer<IngestDocument, Exception> handler) {
    List<String> texts;
    try {
      boolean ignoreMissing = settings.ignoreMissing();
      texts =
          FieldTexts.of(
              settings.field(),
              document.getFieldValue(settings.field(), Object.class, ignoreMissing),
              ignoreMissing);
    } catch (RuntimeException e) {
      handler.accept(null, e);
      return;
    }
    if (texts == null) {
      handler.accept(document, null);
      return;
    }
    // The handler runs the rest of the pipeline: what it throws is not this processor's failure.
    ActionListener<Void> done =
        new ActionListener<>() {
          @Override
          public void onResponse(Void nothing) {
            handler.accept(document, null);
          }

          @Override
          public void onFailure(Exception failure) {
            handler.accept(null, failure);
          }
        };
    if (settings.quality() == null) {
      encode(document, texts, done);
    } else {
      score(document, texts, done);
    }
  }

  /** Encodes those texts whose score is high enough. */
  private void score(IngestDocument document, List<String> texts, ActionListener<Void> done) {
    ProcessorSettings.Quality quality = settings.quality();
    models
        .get()
        .resolve(quality.model(), chosen(done, model -> score(document, model, texts, done)));
  }

  private void score(
      IngestDocument document, String model, List<String> texts, ActionListener<Void> done) {
    ProcessorSettings.Quality quality = settings.quality();
    encode(
        model,
        texts,
        done,
        (encoder, scored) -> {
          if (encoder.isScore(Mode.DOCUMENT) == false) {
            throw new IllegalArgumentException(
                "model ["
                    + quality.model()
                    + "] gives no score for documents; name a model with a [score] in its"
                    + " [model.json] as [quality.model]");
          }
          List<String> kept = new ArrayList<>(texts.size());
          List<Object> scores = new ArrayList<>(texts.size());
          for (int i = 0; i < texts.size(); i++) {
            Float score = scored.get(i).score();
            scores.add(score);
            // A text without tokens has no score, and no terms either.
            if (score == null || score >= quality.threshold()) {
              kept.add(texts.get(i));
            }
          }
          Map<String, Object> written = new LinkedHashMap<>();
          written.put("score", scores.size() == 1 ? scores.get(0) : scores);
          written.put("below_threshold", texts.size() - kept.size());
          document.setFieldValue(quality.targetField(), written);
          belowQuality.count(model, texts.size() - kept.size());
          return kept;
        },
        kept -> encode(document, kept, done));
  }

  private void encode(IngestDocument document, List<String> texts, ActionListener<Void> done) {
    documentModels.choose(
        document, settings, chosen(done, model -> encode(document, model, texts, done)));
  }

  private void encode(
      IngestDocument document, String model, List<String> texts, ActionListener<Void> done) {
    encode(
        model,
        texts,
        done,
        (encoder, encoded) -> {
          new EncodedFields(settings, encoder).write(document, encoded);
          return null;
        },
        nothing -> done.onResponse(null));
  }

  /** What is done with encoded texts; what it throws fails the document. */
  private interface Use<T> {
    T use(Encoder encoder, List<EncodedText> encoded);
  }

  /** What comes next; what it throws is its own affair. */
  private interface Next<T> {
    void go(T result);
  }

  private static ActionListener<String> chosen(ActionListener<Void> done, Next<String> next) {
    return new ActionListener<>() {
      @Override
      public void onResponse(String model) {
        next.go(model);
      }

      @Override
      public void onFailure(Exception failure) {
        done.onFailure(failure);
      }
    };
  }

  private <T> void encode(
      String model, List<String> texts, ActionListener<Void> done, Use<T> use, Next<T> next) {
    models
        .get()
        .encoder(
            model,
            new ActionListener<>() {
              @Override
              public void onResponse(Encoder encoder) {
                models.get().encode(model, Mode.DOCUMENT, texts, used(encoder, done, use, next));
              }

              @Override
              public void onFailure(Exception failure) {
                done.onFailure(failure);
              }
            });
  }

  private static <T> ActionListener<List<EncodedText>> used(
      Encoder encoder, ActionListener<Void> done, Use<T> use, Next<T> next) {
    return new ActionListener<>() {
      @Override
      public void onResponse(List<EncodedText> encoded) {
        T result;
        try {
          result = use.use(encoder, encoded);
        } catch (RuntimeException e) {
          done.onFailure(e);
          return;
        }
        next.go(result);
      }

      @Override
      public void onFailure(Exception failure) {
        done.onFailure(failure);
      }
    };
  }
}
