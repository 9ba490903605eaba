package org.learnedsparse.mapper;

import java.util.Collection;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import org.elasticsearch.cluster.metadata.IndexMetadata;
import org.elasticsearch.cluster.metadata.MappingMetadata;
import org.elasticsearch.common.cache.Cache;
import org.elasticsearch.common.cache.CacheBuilder;
import org.elasticsearch.common.compress.CompressedXContent;

/**
 * Finds which models encode queries for a field, from the mappings in the cluster state: the node
 * that coordinates a search need not hold any of its shards.
 */
public final class FieldModels {
  private record Key(CompressedXContent mapping, String field) {}

  /** Parsing a large mapping for every search would cost more than the search. */
  private final Cache<Key, Optional<String>> cache =
      CacheBuilder.<Key, Optional<String>>builder().setMaximumWeight(1_000).build();

  /** The models that the mappings of these indices name for a field. */
  public NavigableSet<String> of(String field, Collection<IndexMetadata> indices) {
    NavigableSet<String> models = new TreeSet<>();
    for (IndexMetadata index : indices) {
      MappingMetadata mapping = index.mapping();
      if (mapping != null) {
        model(field, mapping).ifPresent(models::add);
      }
    }
    return models;
  }

  /** The models that a mapping names for any of its fields. Parses it each time. */
  public static NavigableSet<String> all(MappingMetadata mapping) {
    NavigableSet<String> models = new TreeSet<>();
    collect(mapping.sourceAsMap(), models);
    return models;
  }

  private static void collect(Map<?, ?> object, NavigableSet<String> models) {
    if (object.get("properties") instanceof Map<?, ?> properties) {
      for (Object child : properties.values()) {
        if (child instanceof Map<?, ?> field) {
          model(field).ifPresent(models::add);
          collect(field, models);
        }
      }
    }
  }

  private Optional<String> model(String field, MappingMetadata mapping) {
    Key key = new Key(mapping.source(), field);
    Optional<String> known = cache.get(key);
    if (known == null) {
      known = find(mapping.sourceAsMap(), field, mapping.sourceAsMap());
      cache.put(key, known);
    }
    return known;
  }

  /** Looks below an object's properties for a path, whose names may themselves hold dots. */
  private static Optional<String> find(Map<?, ?> object, String path, Map<?, ?> root) {
    if (object.get("properties") instanceof Map<?, ?> properties) {
      if (properties.get(path) instanceof Map<?, ?> field) {
        return model(field, root);
      }
      for (int dot = path.indexOf('.'); dot > 0; dot = path.indexOf('.', dot + 1)) {
        if (properties.get(path.substring(0, dot)) instanceof Map<?, ?> child) {
          Optional<String> found = find(child, path.substring(dot + 1), root);
          if (found.isPresent()) {
            return found;
          }
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<String> model(Map<?, ?> field, Map<?, ?> root) {
    Object type = field.get("type");
    if ("alias".equals(type) && field.get("path") instanceof String path) {
      return find(root, path, Map.of());
    }
    return model(field);
  }

  /** The model of a field; an alias has none of its own. */
  private static Optional<String> model(Map<?, ?> field) {
    if (LearnedSparseFieldMapper.TYPE.equals(field.get("type")) == false) {
      return Optional.empty();
    }
    return Optional.of(
        field.get("model") instanceof String model
            ? model
            : LearnedSparseFieldMapper.DEFAULT_MODEL);
  }
}
