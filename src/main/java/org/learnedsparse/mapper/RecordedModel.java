package org.learnedsparse.mapper;

import java.util.LinkedHashMap;
import java.util.Map;
import org.elasticsearch.cluster.metadata.MappingMetadata;

/** Writes into a field's mapping which model encodes its documents. */
public final class RecordedModel {
  private static final String PROPERTIES = "properties";
  private static final String META = "meta";

  /** Elasticsearch's limit. */
  private static final int MAX_META = 5;

  private RecordedModel() {}

  /**
   * An update of a mapping that adds the model to the field's {@code meta}, and changes nothing
   * else.
   *
   * @param field its path
   * @param model the id
   * @param digest the model's, with at least as many digits as are recorded; null for none
   * @throws IllegalArgumentException if there is no such field, or no room in its {@code meta}
   */
  public static Map<String, Object> update(
      MappingMetadata mapping, String field, String model, String digest) {
    Map<String, Object> update = below(mapping.sourceAsMap(), field, field, model, digest);
    if (update == null) {
      throw new IllegalArgumentException("there is no field [" + field + "]");
    }
    return update;
  }

  /** Null if the path leads to no field. Names on the way may themselves hold dots. */
  private static Map<String, Object> below(
      Map<?, ?> object, String path, String field, String model, String digest) {
    if (object.get(PROPERTIES) instanceof Map<?, ?> properties) {
      if (properties.get(path) instanceof Map<?, ?> mapped) {
        return properties(path, withModel(mapped, field, model, digest));
      }
      for (int dot = path.indexOf('.'); dot > 0; dot = path.indexOf('.', dot + 1)) {
        String name = path.substring(0, dot);
        if (properties.get(name) instanceof Map<?, ?> child) {
          Map<String, Object> found = below(child, path.substring(dot + 1), field, model, digest);
          if (found != null) {
            // What is left out of an object's parameters may count as a change.
            Map<String, Object> parent = copy(child);
            parent.putAll(found);
            return properties(name, parent);
          }
        }
      }
    }
    return null;
  }

  private static Map<String, Object> withModel(
      Map<?, ?> mapped, String field, String model, String digest) {
    Map<String, Object> meta =
        mapped.get(META) instanceof Map<?, ?> known ? copy(known) : new LinkedHashMap<>();
    meta.put(FieldModel.META_MODEL, model);
    meta.remove(FieldModel.META_DIGEST);
    if (digest != null) {
      meta.put(FieldModel.META_DIGEST, digest.substring(0, FieldModel.DIGEST_DIGITS));
    }
    if (meta.size() > MAX_META) {
      throw new IllegalArgumentException(
          "[meta] of field ["
              + field
              + "] has the entries "
              + ((Map<?, ?>) mapped.get(META)).keySet()
              + ", and Elasticsearch allows ["
              + MAX_META
              + "]; leave two for ["
              + FieldModel.META_MODEL
              + "] and ["
              + FieldModel.META_DIGEST
              + "]");
    }
    Map<String, Object> updated = copy(mapped);
    updated.put(META, meta);
    return updated;
  }

  private static Map<String, Object> copy(Map<?, ?> map) {
    Map<String, Object> copy = new LinkedHashMap<>();
    map.forEach((name, value) -> copy.put((String) name, value));
    return copy;
  }

  private static Map<String, Object> properties(String name, Map<String, Object> mapped) {
    Map<String, Object> update = new LinkedHashMap<>();
    update.put(PROPERTIES, Map.of(name, mapped));
    return update;
  }
}
