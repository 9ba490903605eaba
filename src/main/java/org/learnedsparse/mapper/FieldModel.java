package org.learnedsparse.mapper;

import java.util.Map;

/**
 * What a field's mapping says of its models.
 *
 * @param model what its {@code model} names: a model, or an alias of one
 * @param encodedBy the id of the model that encoded the field's documents; null where none is
 *     recorded
 * @param digest how that model's digest begins; null where none is recorded
 */
public record FieldModel(String model, String encodedBy, String digest) {
  /** In the field's {@code meta}: the id of the model that encoded its documents. */
  public static final String META_MODEL = "model";

  /** In the field's {@code meta}: the first digits of that model's digest. */
  public static final String META_DIGEST = "model_digest";

  /** How many of a digest's hexadecimal digits are recorded. */
  public static final int DIGEST_DIGITS = 32;

  /** How many characters an id may have to be recorded: Elasticsearch's limit. */
  public static final int MAX_LENGTH = 50;

  /** From the mapping of a {@code learned_sparse} field. */
  static FieldModel of(Map<?, ?> field) {
    Map<?, ?> meta = field.get("meta") instanceof Map<?, ?> map ? map : Map.of();
    return new FieldModel(
        field.get("model") instanceof String model ? model : LearnedSparseFieldMapper.DEFAULT_MODEL,
        (String) meta.get(META_MODEL),
        (String) meta.get(META_DIGEST));
  }

  /** The name of the model that encodes queries: the one that encoded the documents, if known. */
  public String queryModel() {
    return encodedBy != null ? encodedBy : model;
  }

  /**
   * Whether a digest is known to be another than that of the model that encoded the documents.
   *
   * @param present of a model as it is now; null if that is not known
   */
  public boolean differs(String present) {
    return digest != null && present != null && present.startsWith(digest) == false;
  }

  /**
   * Whether a digest is known to be that of the model that encoded the documents.
   *
   * @param present as above
   */
  public boolean equalsDigest(String present) {
    return digest != null && present != null && present.startsWith(digest);
  }
}
