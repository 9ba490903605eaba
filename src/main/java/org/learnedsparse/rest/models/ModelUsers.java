package org.learnedsparse.rest.models;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.elasticsearch.cluster.ClusterState;
import org.elasticsearch.cluster.metadata.IndexMetadata;
import org.elasticsearch.ingest.IngestMetadata;
import org.elasticsearch.ingest.PipelineConfiguration;
import org.learnedsparse.ingest.LearnedSparseProcessor;
import org.learnedsparse.mapper.FieldModel;
import org.learnedsparse.mapper.FieldModels;

/** Finds the pipelines and mappings that name a model. */
final class ModelUsers {
  private ModelUsers() {}

  /** Such as {@code index [docs]} and {@code pipeline [encode]}; empty if there are none. */
  static List<String> of(ClusterState state, String id) {
    List<String> users = new ArrayList<>();
    for (IndexMetadata index : state.metadata().indices().values()) {
      if (index.mapping() != null
          && FieldModels.all(index.mapping()).stream().anyMatch(names(id))) {
        users.add("index [" + index.getIndex().getName() + "]");
      }
    }
    IngestMetadata ingest = state.metadata().custom(IngestMetadata.TYPE);
    if (ingest != null) {
      for (PipelineConfiguration pipeline : ingest.getPipelines().values()) {
        if (names(pipeline.getConfig(), id)) {
          users.add("pipeline [" + pipeline.getId() + "]");
        }
      }
    }
    users.sort(null);
    return users;
  }

  private static Predicate<FieldModel> names(String id) {
    return field -> id.equals(field.model()) || id.equals(field.encodedBy());
  }

  /** Processors may lie within others, and within what happens on failure. */
  private static boolean names(Object config, String id) {
    if (config instanceof Map<?, ?> map) {
      return (map.get(LearnedSparseProcessor.TYPE) instanceof Map<?, ?> processor
              && isNamed(processor, id))
          || map.values().stream().anyMatch(value -> names(value, id));
    }
    return config instanceof Collection<?> list
        && list.stream().anyMatch(value -> names(value, id));
  }

  private static boolean isNamed(Map<?, ?> processor, String id) {
    return id.equals(processor.get("model"))
        || (processor.get("quality") instanceof Map<?, ?> quality
            && id.equals(quality.get("model")));
  }
}
