package org.learnedsparse.ingest;

import java.util.Optional;
import org.elasticsearch.cluster.ClusterState;
import org.elasticsearch.cluster.metadata.IndexAbstraction;
import org.elasticsearch.cluster.metadata.IndexMetadata;
import org.elasticsearch.cluster.metadata.IndexNameExpressionResolver;
import org.elasticsearch.index.Index;

/** Where documents are indexed. */
final class TargetIndex {
  private TargetIndex() {}

  /**
   * The index that a document with this name as its {@code _index} goes to; empty if there is none
   * yet.
   *
   * @param name of an index, an alias or a data stream, or a name with a date to be computed
   */
  static Optional<IndexMetadata> of(ClusterState state, String name) {
    IndexAbstraction found =
        state
            .metadata()
            .getIndicesLookup()
            .get(IndexNameExpressionResolver.resolveDateMathExpression(name));
    Index written = found == null ? null : found.getWriteIndex();
    return written == null
        ? Optional.empty()
        : Optional.ofNullable(state.metadata().index(written));
  }
}
