package org.learnedsparse.fusion;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.function.Supplier;
import org.elasticsearch.index.query.BoolQueryBuilder;
import org.elasticsearch.index.query.InnerHitContextBuilder;
import org.elasticsearch.index.query.QueryBuilder;
import org.elasticsearch.index.query.RankDocsQueryBuilder;
import org.elasticsearch.search.SearchService;
import org.elasticsearch.search.builder.SearchSourceBuilder;
import org.elasticsearch.search.rank.RankDoc;
import org.elasticsearch.search.retriever.RankDocsRetrieverBuilder;
import org.elasticsearch.search.retriever.RetrieverBuilder;

/**
 * The fused documents, as the hits of the search that asked for them.
 *
 * <p>It differs from Elasticsearch's in this: a search that says no size gets 10 hits, as any
 * other; a fused document matches even where its child's query, run again, would not find it (as
 * one that finds as many as the request's size); what was not fused is no hit, even where
 * collapsing or a {@code post_filter} leave room; and highlights, inner hits and the names of
 * children need no total hits to be tracked.
 */
final class FusedRetriever extends RankDocsRetrieverBuilder {
  private final int window;
  private final List<RetrieverBuilder> children;
  private final Supplier<RankDoc[]> fused;

  FusedRetriever(
      int window, List<RetrieverBuilder> children, Supplier<RankDoc[]> fused, Float minScore) {
    super(window, children, fused, minScore);
    this.window = window;
    this.children = children;
    this.fused = fused;
  }

  /** The children's queries, each of which matches what a child found and more. */
  private List<QueryBuilder> childQueries(boolean explain) {
    List<QueryBuilder> queries = new ArrayList<>();
    for (RetrieverBuilder child : children) {
      queries.add(explain ? child.explainQuery() : child.topDocsQuery());
    }
    return queries;
  }

  /** The fused documents alone, which need not tell what their lists said of them. */
  private RankDocsQueryBuilder fusedOnly() {
    RankDoc[] documents = fused.get();
    RankDoc[] plain = new RankDoc[documents.length];
    for (int i = 0; i < plain.length; i++) {
      plain[i] = new RankDoc(documents[i].doc, documents[i].score, documents[i].shardIndex);
      plain[i].rank = documents[i].rank;
    }
    return new RankDocsQueryBuilder(plain, null, /* onlyRankDocs= */ true);
  }

  @Override
  public QueryBuilder topDocsQuery() {
    BoolQueryBuilder any = (BoolQueryBuilder) super.topDocsQuery();
    return any.should(fusedOnly());
  }

  @Override
  public void extractToSearchSourceBuilder(SearchSourceBuilder source, boolean compoundUsed) {
    if (source.size() < 0) {
      source.size(Math.min(SearchService.DEFAULT_SIZE, window));
    }
    super.extractToSearchSourceBuilder(source, compoundUsed);
    boolean explain = Boolean.TRUE.equals(source.explain());
    List<QueryBuilder> matches = childQueries(explain);
    if (explain || needsMatches(source, matches, compoundUsed)) {
      matches.add(fusedOnly());
      source.query(
          new RankDocsQueryBuilder(
                  fused.get(), matches.toArray(QueryBuilder[]::new), /* onlyRankDocs= */ false)
              .queryName(retrieverName()));
    }
    if (source.collapse() != null || source.postFilter() != null) {
      BoolQueryBuilder hits = new BoolQueryBuilder().filter(fusedOnly());
      if (source.postFilter() != null) {
        hits.filter(source.postFilter());
      }
      source.postFilter(hits);
    }
  }

  /** Whether the request asks for more than the fused documents and their scores. */
  private boolean needsMatches(
      SearchSourceBuilder source, List<QueryBuilder> matches, boolean compoundUsed) {
    if (source.aggregations() != null
        || source.profile()
        || source.trackTotalHitsUpTo() == null
        || source.trackTotalHitsUpTo() > fused.get().length) {
      return true;
    }
    if (compoundUsed) {
      return false;
    }
    return source.highlighter() != null
        || children.stream().anyMatch(child -> child.retrieverName() != null)
        || matches.stream().anyMatch(FusedRetriever::hasInnerHits);
  }

  private static boolean hasInnerHits(QueryBuilder query) {
    HashMap<String, InnerHitContextBuilder> innerHits = new HashMap<>();
    InnerHitContextBuilder.extractInnerHits(query, innerHits);
    return innerHits.isEmpty() == false;
  }
}
