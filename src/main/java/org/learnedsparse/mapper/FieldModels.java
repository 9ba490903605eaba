package org.learnedsparse.mapper;

import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.elasticsearch.cluster.metadata.IndexMetadata;
import org.elasticsearch.cluster.metadata.MappingMetadata;
import org.elasticsearch.common.cache.Cache;
import org.elasticsearch.common.cache.CacheBuilder;
import org.elasticsearch.common.compress.CompressedXContent;

/**
 * Finds which models encode for a field, from the mappings in the cluster state: the node that
 * coordinates a search need not hold any of its shards.
 */
public final class FieldModels {
  private record Key(CompressedXContent mapping, String field) {}

  /** Parsing a large mapping for every search would cost more than the search. */
  private final Cache<Key, Optional<FieldModel>> cache =
      CacheBuilder.<Key, Optional<FieldModel>>builder().setMaximumWeight(1_000).build();

  /** The names of the models that encode queries for a field of these indices. */
  public NavigableSet<String> of(String field, Collection<IndexMetadata> indices) {
    NavigableSet<String> models = new TreeSet<>();
    byIndex(field, indices).values().forEach(model -> models.add(model.queryModel()));
    return models;
  }

  /** What these indices' mappings say of a field, by the index's name; only where it is there. */
  public NavigableMap<String, FieldModel> byIndex(String field, Collection<IndexMetadata> indices) {
    NavigableMap<String, FieldModel> models = new TreeMap<>();
    for (IndexMetadata index : indices) {
      find(field, index).ifPresent(model -> models.put(index.getIndex().getName(), model));
    }
    return models;
  }

  /** What an index's mapping says of a field; empty if it is not there, or of another type. */
  public Optional<FieldModel> find(String field, IndexMetadata index) {
    MappingMetadata mapping = index.mapping();
    if (mapping == null) {
      return Optional.empty();
    }
    Key key = new Key(mapping.source(), field);
    Optional<FieldModel> known = cache.get(key);
    if (known == null) {
      known = find(mapping.sourceAsMap(), field, mapping.sourceAsMap());
      cache.put(key, known);
    }
    return known;
  }

  /** What a mapping says of all its fields. Parses it each time. */
  public static Set<FieldModel> all(MappingMetadata mapping) {
    Set<FieldModel> models = new HashSet<>();
    collect(mapping.sourceAsMap(), models);
    return models;
  }

  private static void collect(Map<?, ?> object, Set<FieldModel> models) {
    if (object.get("properties") instanceof Map<?, ?> properties) {
      for (Object child : properties.values()) {
        if (child instanceof Map<?, ?> field) {
          model(field).ifPresent(models::add);
          collect(field, models);
        }
      }
    }
  }

  /** Looks below an object's properties for a path, whose names may themselves hold dots. */
  private static Optional<FieldModel> find(Map<?, ?> object, String path, Map<?, ?> root) {
    if (object.get("properties") instanceof Map<?, ?> properties) {
      if (properties.get(path) instanceof Map<?, ?> field) {
        return model(field, root);
      }
      for (int dot = path.indexOf('.'); dot > 0; dot = path.indexOf('.', dot + 1)) {
        if (properties.get(path.substring(0, dot)) instanceof Map<?, ?> child) {
          Optional<FieldModel> found = find(child, path.substring(dot + 1), root);
          if (found.isPresent()) {
            return found;
          }
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<FieldModel> model(Map<?, ?> field, Map<?, ?> root) {
    Object type = field.get("type");
    if ("alias".equals(type) && field.get("path") instanceof String path) {
      return find(root, path, Map.of());
    }
    return model(field);
  }

  /** The models of a field; an alias has none of its own. */
  private static Optional<FieldModel> model(Map<?, ?> field) {
    return LearnedSparseFieldMapper.TYPE.equals(field.get("type"))
        ? Optional.of(FieldModel.of(field))
        : Optional.empty();
  }
}
