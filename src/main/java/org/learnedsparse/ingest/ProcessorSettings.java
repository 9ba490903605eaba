package org.learnedsparse.ingest;

import static org.elasticsearch.ingest.ConfigurationUtils.newConfigurationException;
import static org.elasticsearch.ingest.ConfigurationUtils.readBooleanProperty;
import static org.elasticsearch.ingest.ConfigurationUtils.readOptionalMap;
import static org.elasticsearch.ingest.ConfigurationUtils.readOptionalStringProperty;
import static org.elasticsearch.ingest.ConfigurationUtils.readStringProperty;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.learnedsparse.mapper.LearnedSparseFieldMapper;
import org.learnedsparse.vector.Pruning;

/**
 * How a processor is configured in its pipeline.
 *
 * @param field that is encoded
 * @param targetField for the weights; null for the field's name and {@code _sparse}, unless the
 *     model gives none
 * @param denseTargetField for the dense vector, in each passage if there are passages; null for
 *     none
 * @param model the id, or an alias
 * @param ignoreMissing whether a document without the field passes
 * @param passages whether every window of the text is written by itself
 * @param pruning of the weights; null for none
 * @param quality below which a text is not encoded; null for all
 */
record ProcessorSettings(
    String field,
    String targetField,
    String denseTargetField,
    String model,
    boolean ignoreMissing,
    boolean passages,
    Pruning pruning,
    Quality quality) {

  /**
   * What a text must be worth.
   *
   * @param model that gives a score
   * @param threshold the lowest score of a text that is encoded
   * @param targetField where the score is written
   */
  record Quality(String model, double threshold, String targetField) {}

  /** Names in each passage that have a meaning already. */
  private static final List<String> PASSAGE_FIELDS =
      Arrays.asList("item", "start", "end", "weights");

  /** Where the weights go, or the passages that hold them. */
  String weightsTarget() {
    return targetField != null ? targetField : field + "_sparse";
  }

  /** The field of the mapping that the weights are for. */
  String weightsField() {
    return passages ? weightsTarget() + ".weights" : weightsTarget();
  }

  /** Reads a configuration, and removes from it what was read. */
  static ProcessorSettings read(String tag, Map<String, Object> config) {
    String type = LearnedSparseProcessor.TYPE;
    String field = readStringProperty(type, tag, config, "field");
    ProcessorSettings settings =
        new ProcessorSettings(
            field,
            readOptionalStringProperty(type, tag, config, "target_field"),
            readOptionalStringProperty(type, tag, config, "dense_target_field"),
            readStringProperty(type, tag, config, "model", LearnedSparseFieldMapper.DEFAULT_MODEL),
            readBooleanProperty(type, tag, config, "ignore_missing", false),
            readBooleanProperty(type, tag, config, "passages", false),
            pruning(tag, config),
            quality(tag, config, field));
    if (settings.passages && PASSAGE_FIELDS.contains(settings.denseTargetField)) {
      throw newConfigurationException(
          type,
          tag,
          "dense_target_field",
          "is ["
              + settings.denseTargetField
              + "], which every passage has for something else; with [passages] it names the field in"
              + " each of them, such as [dense]");
    }
    return settings;
  }

  private static Pruning pruning(String tag, Map<String, Object> config) {
    Map<String, Object> prune = readOptionalMap(LearnedSparseProcessor.TYPE, tag, config, "prune");
    if (prune == null) {
      return null;
    }
    String kind = readStringProperty(LearnedSparseProcessor.TYPE, tag, prune, "type");
    double value = number(tag, "prune", prune, "value");
    refuseOthers(tag, "prune", prune, "[type, value]");
    try {
      return new Pruning(Pruning.Type.of(kind), value);
    } catch (IllegalArgumentException e) {
      throw newConfigurationException(LearnedSparseProcessor.TYPE, tag, "prune", e.getMessage());
    }
  }

  private static Quality quality(String tag, Map<String, Object> config, String field) {
    String name = "quality";
    Map<String, Object> quality = readOptionalMap(LearnedSparseProcessor.TYPE, tag, config, name);
    if (quality == null) {
      return null;
    }
    Quality read =
        new Quality(
            readStringProperty(LearnedSparseProcessor.TYPE, tag, quality, "model"),
            number(tag, name, quality, "threshold"),
            readStringProperty(
                LearnedSparseProcessor.TYPE, tag, quality, "target_field", field + "_quality"));
    refuseOthers(tag, name, quality, "[model, target_field, threshold]");
    return read;
  }

  private static double number(
      String tag, String property, Map<String, Object> settings, String name) {
    Object value = settings.remove(name);
    if (value instanceof Number number) {
      return number.doubleValue();
    }
    throw newConfigurationException(
        LearnedSparseProcessor.TYPE,
        tag,
        property,
        "needs a number as [" + name + "], got [" + value + "]");
  }

  private static void refuseOthers(
      String tag, String property, Map<String, Object> left, String known) {
    if (left.isEmpty() == false) {
      throw newConfigurationException(
          LearnedSparseProcessor.TYPE,
          tag,
          property,
          "has unknown settings " + left.keySet() + "; known: " + known);
    }
  }
}
