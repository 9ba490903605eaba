package org.learnedsparse.engine;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.apache.lucene.index.CodecReader;
import org.apache.lucene.index.MergePolicy.OneMerge;
import org.apache.lucene.index.SegmentCommitInfo;
import org.apache.lucene.index.Sorter;
import org.apache.lucene.store.Directory;
import org.elasticsearch.core.Releasable;

/** Another merge, which renumbers the documents if that is worth while. */
final class ReorderingMerge extends OneMerge {
  private final OneMerge in;
  private final boolean forced;
  private final DocumentReorderer reorderer;
  private final List<CodecReader> inputs = new ArrayList<>();

  /** Of the merged segment; 0 until it is known. */
  private int longestRun;

  /** What the merge holds until its end. */
  private Releasable memory = () -> {};

  /**
   * Wraps a merge.
   *
   * @param forced whether somebody asked for it and wants the best possible segment
   */
  ReorderingMerge(OneMerge in, boolean forced, DocumentReorderer reorderer) {
    super(in);
    this.in = in;
    this.forced = forced;
    this.reorderer = reorderer;
  }

  @Override
  public CodecReader wrapForMerge(CodecReader reader) throws IOException {
    CodecReader input = in.wrapForMerge(reader);
    inputs.add(input);
    return input;
  }

  @Override
  public Sorter.DocMap reorder(CodecReader merged, Directory directory, Executor executor)
      throws IOException {
    Sorter.DocMap order = in.reorder(merged, directory, executor);
    longestRun = order == null ? SegmentOrder.longestRun(in.segments, inputs) : 0;
    if (order == null && isWorthWhile(merged.numDocs())) {
      order = reorderer.reorder(this, merged, directory);
      if (order != null) {
        longestRun = merged.numDocs();
      }
    }
    return order;
  }

  /**
   * A forced merge renumbers unless all its documents are one run already. Another keeps the order
   * of a run of three quarters of them: by the time it falls below, the segment has grown by a
   * third, so a segment that grows tenfold is renumbered eight times, however many small merges it
   * grows by.
   */
  private boolean isWorthWhile(int documents) {
    return forced ? longestRun < documents : longestRun < 0.75 * documents;
  }

  /** The readers that the merged one is made of. */
  List<CodecReader> inputs() {
    return inputs;
  }

  /** The name of the segment that is being written. */
  String target() {
    return getMergeInfo().info.name;
  }

  /** Holds something until the merge ends, in whichever way. */
  void holdUntilFinished(Releasable reserved) {
    memory = reserved;
  }

  /** Called before the merge, and again after it, before the segment's description is written. */
  @Override
  public void setMergeInfo(SegmentCommitInfo info) {
    in.setMergeInfo(info);
    SegmentOrder.record(info.info, longestRun);
    super.setMergeInfo(info);
  }

  @Override
  public void mergeFinished(boolean success, boolean segmentDropped) throws IOException {
    try {
      in.mergeFinished(success, segmentDropped);
    } finally {
      memory.close();
    }
  }
}
