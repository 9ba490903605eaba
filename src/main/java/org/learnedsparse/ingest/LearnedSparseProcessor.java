package org.learnedsparse.ingest;

import static org.elasticsearch.ingest.ConfigurationUtils.newConfigurationException;
import static org.elasticsearch.ingest.ConfigurationUtils.readBooleanProperty;
import static org.elasticsearch.ingest.ConfigurationUtils.readOptionalMap;
import static org.elasticsearch.ingest.ConfigurationUtils.readStringProperty;

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
import org.learnedsparse.encode.Mode;
import org.learnedsparse.mapper.LearnedSparseFieldMapper;
import org.learnedsparse.model.ModelService;
import org.learnedsparse.vector.Pruning;
import org.learnedsparse.vector.SparseVector;

/**
 * Encodes a string, or an array of strings, and writes {@code {term: weight, …}} into another
 * field. The weights of an array's strings are merged by their maximum. Waits for nothing: the
 * document goes on when its weights are there.
 */
public final class LearnedSparseProcessor extends AbstractProcessor {
  /** The processor's name in pipelines. */
  public static final String TYPE = "learned_sparse";

  private final Supplier<ModelService> models;
  private final String field;
  private final String targetField;
  private final String model;
  private final boolean ignoreMissing;
  private final Pruning pruning;

  private LearnedSparseProcessor(
      String tag,
      String description,
      Supplier<ModelService> models,
      String field,
      String targetField,
      String model,
      boolean ignoreMissing,
      Pruning pruning) {
    super(tag, description);
    this.models = models;
    this.field = field;
    this.targetField = targetField;
    this.model = model;
    this.ignoreMissing = ignoreMissing;
    this.pruning = pruning;
  }

  /** Makes processors from the configuration in a pipeline. */
  public static final class Factory implements Processor.Factory {
    private final Supplier<ModelService> models;

    public Factory(Supplier<ModelService> models) {
      this.models = models;
    }

    @Override
    public Processor create(
        Map<String, Processor.Factory> factories,
        String tag,
        String description,
        Map<String, Object> config) {
      String field = readStringProperty(TYPE, tag, config, "field");
      return new LearnedSparseProcessor(
          tag,
          description,
          models,
          field,
          readStringProperty(TYPE, tag, config, "target_field", field + "_sparse"),
          readStringProperty(TYPE, tag, config, "model", LearnedSparseFieldMapper.DEFAULT_MODEL),
          readBooleanProperty(TYPE, tag, config, "ignore_missing", false),
          pruning(tag, config));
    }

    private static Pruning pruning(String tag, Map<String, Object> config) {
      Map<String, Object> prune = readOptionalMap(TYPE, tag, config, "prune");
      if (prune == null) {
        return null;
      }
      String type = readStringProperty(TYPE, tag, prune, "type");
      Object value = prune.remove("value");
      if (prune.isEmpty() == false) {
        throw newConfigurationException(
            TYPE,
            tag,
            "prune",
            "has unknown settings " + prune.keySet() + "; known: [type, value]");
      }
      if (value instanceof Number number) {
        try {
          return new Pruning(Pruning.Type.of(type), number.doubleValue());
        } catch (IllegalArgumentException e) {
          throw newConfigurationException(TYPE, tag, "prune", e.getMessage());
        }
      }
      throw newConfigurationException(
          TYPE, tag, "prune", "needs a number as [value], got [" + value + "]");
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
      texts = texts(document.getFieldValue(field, Object.class, ignoreMissing));
    } catch (RuntimeException e) {
      handler.accept(null, e);
      return;
    }
    if (texts == null) {
      handler.accept(document, null);
      return;
    }
    models
        .get()
        .encode(
            model,
            Mode.DOCUMENT,
            texts,
            new ActionListener<>() {
              @Override
              public void onResponse(List<EncodedText> encoded) {
                try {
                  document.setFieldValue(targetField, weights(encoded));
                } catch (RuntimeException e) {
                  handler.accept(null, e);
                  return;
                }
                handler.accept(document, null);
              }

              @Override
              public void onFailure(Exception failure) {
                handler.accept(null, failure);
              }
            });
  }

  /** The field's strings, or null if there are none and that is fine. */
  private List<String> texts(Object value) {
    if (value == null && ignoreMissing) {
      return null;
    }
    if (value instanceof String text) {
      return List.of(text);
    }
    if (value instanceof List<?> list) {
      List<String> texts = new ArrayList<>(list.size());
      for (Object element : list) {
        if (element instanceof String text) {
          texts.add(text);
        } else {
          throw new IllegalArgumentException(
              "field ["
                  + field
                  + "] must be a string or an array of strings; element ["
                  + texts.size()
                  + "] is "
                  + describe(element));
        }
      }
      return texts;
    }
    throw new IllegalArgumentException(
        "field ["
            + field
            + "] must be a string or an array of strings, it is "
            + describe(value)
            + (value == null ? "; set [ignore_missing] to let such documents pass" : ""));
  }

  private static String describe(Object value) {
    return value == null ? "null" : "[" + value + "]";
  }

  private Map<String, Object> weights(List<EncodedText> encoded) {
    SparseVector merged = SparseVector.EMPTY;
    for (EncodedText text : encoded) {
      merged = SparseVector.max(merged, text.vector());
    }
    SparseVector pruned = pruning == null ? merged : pruning.apply(merged);
    return new LinkedHashMap<>(pruned.toMap());
  }
}
