package org.learnedsparse.fusion;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.apache.lucene.search.ScoreDoc;
import org.elasticsearch.index.query.QueryBuilder;
import org.elasticsearch.index.query.QueryRewriteContext;
import org.elasticsearch.search.builder.SearchSourceBuilder;
import org.elasticsearch.search.rank.RankDoc;
import org.elasticsearch.search.retriever.CompoundRetrieverBuilder;
import org.elasticsearch.search.retriever.RetrieverBuilder;
import org.elasticsearch.search.sort.ScoreSortBuilder;
import org.elasticsearch.search.sort.SortBuilder;
import org.elasticsearch.search.sort.SortOrder;
import org.elasticsearch.xcontent.XContentBuilder;

/**
 * The retriever {@code learned_sparse_fusion}. Each child searches for itself, in the same point in
 * time; the coordinating node makes one list of theirs.
 */
public final class FusionRetrieverBuilder extends CompoundRetrieverBuilder<FusionRetrieverBuilder> {
  /** The retriever's name in a request. */
  public static final String NAME = "learned_sparse_fusion";

  /** The most that {@code rank_window_size} may be: what a shard gives in one search. */
  public static final int MAX_WINDOW = 10_000;

  private final Fusion fusion;

  /** Whether this is inside a {@link PendingFusion} already. */
  private final boolean pending;

  /** What the children's lists became, or threw, once they are there. */
  private final AtomicReference<Supplier<RankDoc[]>> fused = new AtomicReference<>();

  /**
   * @param children as many as the fusion has
   * @param rankWindowSize how many documents of each child, and fused, 1 to {@link #MAX_WINDOW}
   */
  FusionRetrieverBuilder(List<RetrieverSource> children, int rankWindowSize, Fusion fusion) {
    this(children, rankWindowSize, fusion, /* pending= */ false);
  }

  private FusionRetrieverBuilder(
      List<RetrieverSource> children, int rankWindowSize, Fusion fusion, boolean pending) {
    super(children, rankWindowSize);
    this.fusion = fusion;
    this.pending = pending;
  }

  /** Before anything is found: only documents that match them all are. */
  FusionRetrieverBuilder filters(List<QueryBuilder> filters) {
    preFilterQueryBuilders = new ArrayList<>(filters);
    return this;
  }

  @Override
  public String getName() {
    return NAME;
  }

  @Override
  protected FusionRetrieverBuilder clone(
      List<RetrieverSource> children, List<QueryBuilder> filters) {
    return copy(children, filters, pending);
  }

  private FusionRetrieverBuilder copy(
      List<RetrieverSource> children, List<QueryBuilder> filters, boolean nowPending) {
    FusionRetrieverBuilder copy =
        new FusionRetrieverBuilder(children, rankWindowSize, fusion, nowPending);
    copy.preFilterQueryBuilders = filters;
    copy.minScore = minScore;
    copy.retrieverName = retrieverName;
    return copy;
  }

  @Override
  protected RetrieverBuilder doRewrite(QueryRewriteContext context) {
    if (pending) {
      return this;
    }
    innerRetrievers.forEach(child -> ChildFilters.push(child.retriever(), preFilterQueryBuilders));
    return new PendingFusion(copy(innerRetrievers, preFilterQueryBuilders, /* nowPending= */ true));
  }

  @Override
  protected SearchSourceBuilder finalizeSourceBuilder(SearchSourceBuilder source) {
    if (fusion.method() == FusionMethod.LINEAR && isByScore(source) == false) {
      source.trackScores(true);
    }
    return source;
  }

  /** Whether a child's order is that of its scores, and otherwise that of shards and documents. */
  private static boolean isByScore(SearchSourceBuilder child) {
    List<SortBuilder<?>> sorts = child.sorts();
    return sorts.size() == 2
        && sorts.get(0) instanceof ScoreSortBuilder score
        && score.order() == SortOrder.DESC;
  }

  @Override
  protected RankDoc[] combineInnerRetrieverResults(List<ScoreDoc[]> found, boolean explain) {
    List<ChildList> lists = new ArrayList<>();
    for (int i = 0; i < found.size(); i++) {
      lists.add(new ChildList(List.of(found.get(i)), isByScore(innerRetrievers.get(i).source())));
    }
    RankDoc[] documents;
    try {
      documents = fusion.fuse(lists, minScore, rankWindowSize, explain);
      fused.set(() -> documents);
      return documents;
    } catch (IllegalArgumentException e) {
      // Who called this has no use for exceptions: whoever asks for the documents gets it.
      fused.set(
          () -> {
            throw e;
          });
      return new RankDoc[0];
    }
  }

  /** The documents of the children's lists, which are there when this is asked for them. */
  RetrieverBuilder fused() {
    return new FusedRetriever(
            rankWindowSize,
            innerRetrievers.stream().map(RetrieverSource::retriever).toList(),
            () -> fused.get().get(),
            minScore)
        .retrieverName(retrieverName);
  }

  @Override
  protected void doToXContent(XContentBuilder builder, Params params) throws IOException {
    builder.startArray(FusionParser.RETRIEVERS);
    for (int i = 0; i < innerRetrievers.size(); i++) {
      Child child = fusion.children().get(i);
      builder.startObject();
      builder.field(FusionParser.RETRIEVER, innerRetrievers.get(i).retriever());
      builder.field(FusionParser.WEIGHT, child.weight());
      if (fusion.method() == FusionMethod.LINEAR) {
        builder.field(FusionParser.NORMALIZER, child.normalizer().toString());
      }
      builder.endObject();
    }
    builder.endArray();
    builder.field(FusionParser.METHOD, fusion.method().toString());
    if (fusion.method() == FusionMethod.RRF) {
      builder.field(FusionParser.RANK_CONSTANT, fusion.rankConstant());
    }
    builder.field(FusionParser.RANK_WINDOW_SIZE, rankWindowSize);
  }

  @Override
  public boolean doEquals(Object other) {
    return super.doEquals(other) && fusion.equals(((FusionRetrieverBuilder) other).fusion);
  }

  @Override
  public int doHashCode() {
    return 31 * super.doHashCode() + fusion.hashCode();
  }
}
