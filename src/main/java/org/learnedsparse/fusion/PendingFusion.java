package org.learnedsparse.fusion;

import org.elasticsearch.search.retriever.RetrieverBuilder;
import org.elasticsearch.search.retriever.RetrieverBuilderWrapper;

/**
 * A fusion whose children are being searched. Elasticsearch puts a retriever of its own in the
 * place of one whose children were; this puts {@link FusedRetriever} there.
 */
final class PendingFusion extends RetrieverBuilderWrapper<RetrieverBuilder> {
  private final FusionRetrieverBuilder fusion;

  PendingFusion(FusionRetrieverBuilder fusion) {
    super(fusion);
    this.fusion = fusion;
  }

  @Override
  protected RetrieverBuilder clone(RetrieverBuilder rewritten) {
    return rewritten instanceof FusionRetrieverBuilder next
        ? new PendingFusion(next)
        : fusion.fused();
  }
}
