package org.learnedsparse.engine;

import java.io.IOException;
import java.util.Map;
import org.apache.lucene.index.FilterMergePolicy;
import org.apache.lucene.index.MergePolicy;
import org.apache.lucene.index.MergeTrigger;
import org.apache.lucene.index.SegmentCommitInfo;
import org.apache.lucene.index.SegmentInfos;

/**
 * Another policy, whose merges may renumber documents. It must be the outermost policy of an index
 * writer: a policy around it that wraps merges by their readers alone, as Elasticsearch's do, would
 * hide what its merges override.
 *
 * <p>Merges that a flush waits for, and merges of foreign readers, never renumber.
 */
final class ReorderingMergePolicy extends FilterMergePolicy {
  private final DocumentReorderer reorderer;

  ReorderingMergePolicy(MergePolicy in, DocumentReorderer reorderer) {
    super(in);
    this.reorderer = reorderer;
  }

  @Override
  public MergeSpecification findMerges(
      MergeTrigger trigger, SegmentInfos segments, MergeContext context) throws IOException {
    return wrap(super.findMerges(trigger, segments, context), false);
  }

  @Override
  public MergeSpecification findForcedMerges(
      SegmentInfos segments,
      int maxSegmentCount,
      Map<SegmentCommitInfo, Boolean> segmentsToMerge,
      MergeContext context)
      throws IOException {
    return wrap(super.findForcedMerges(segments, maxSegmentCount, segmentsToMerge, context), true);
  }

  /** These only drop deleted documents, so they go by the rule of natural merges. */
  @Override
  public MergeSpecification findForcedDeletesMerges(SegmentInfos segments, MergeContext context)
      throws IOException {
    return wrap(super.findForcedDeletesMerges(segments, context), false);
  }

  private MergeSpecification wrap(MergeSpecification found, boolean forced) {
    if (found == null) {
      return null;
    }
    MergeSpecification wrapped = new MergeSpecification();
    for (OneMerge merge : found.merges) {
      wrapped.add(new ReorderingMerge(merge, forced, reorderer));
    }
    return wrapped;
  }
}
