package org.learnedsparse.query;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.elasticsearch.action.ResolvedIndices;
import org.elasticsearch.cluster.metadata.IndexMetadata;
import org.learnedsparse.mapper.FieldModel;
import org.learnedsparse.mapper.FieldModels;

/**
 * Which models encode a query.
 *
 * @param named the model that the query names, or an alias; null for those of the fields
 * @param field that is searched
 * @param byIndex what the searched indices' mappings say of it, by the index's name
 * @param isLocal whether all searched indices are of this cluster
 */
record SearchedModels(
    String named, String field, NavigableMap<String, FieldModel> byIndex, boolean isLocal) {

  /**
   * Those of a search.
   *
   * @param indices null if they are not known
   */
  static SearchedModels of(
      String named, String field, ResolvedIndices indices, FieldModels fieldModels) {
    if (indices == null) {
      return new SearchedModels(named, field, new TreeMap<>(), false);
    }
    Collection<IndexMetadata> local = indices.getConcreteLocalIndicesMetadata().values();
    return new SearchedModels(
        named,
        field,
        fieldModels.byIndex(field, local),
        indices.getRemoteClusterIndices().isEmpty());
  }

  /** Names to encode with, each of a model or an alias. */
  NavigableSet<String> names() {
    if (named != null) {
      return new TreeSet<>(List.of(named));
    }
    NavigableSet<String> names = new TreeSet<>();
    byIndex.values().forEach(model -> names.add(model.queryModel()));
    return names;
  }

  /** Names that the fields have for their models, where other models encoded the documents. */
  NavigableSet<String> superseded() {
    NavigableSet<String> names = new TreeSet<>();
    for (FieldModel model : byIndex.values()) {
      if (named == null && model.queryModel().equals(model.model()) == false) {
        names.add(model.model());
      }
    }
    return names;
  }

  /** The indices by what their mappings say. */
  Map<FieldModel, NavigableSet<String>> indices() {
    Map<FieldModel, NavigableSet<String>> indices = new LinkedHashMap<>();
    byIndex.forEach(
        (index, model) -> indices.computeIfAbsent(model, key -> new TreeSet<>()).add(index));
    return indices;
  }
}
