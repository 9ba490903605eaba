package org.learnedsparse.bench.search.engine;

import java.util.List;
import org.apache.lucene.codecs.lucene912.Lucene912PostingsFormat;
import org.elasticsearch.index.codec.postings.ES812PostingsFormat;
import org.learnedsparse.postings.ImpactPostingsFormat;

/** The engines that there are, and the postings format of each. */
public final class Engines {
  /** The engine that the others are compared to. */
  public static final String BASELINE = "feature_field";

  /**
   * Elasticsearch writes nearly all fields in a format of its own, so that is what a field gets in
   * a node unless the plugin's format is in place. Lucene's own is the yardstick here; what a node
   * does is measured through HTTP.
   */
  private static final List<Engine> ALL =
      List.of(
          new FeatureFieldEngine(BASELINE, new Lucene912PostingsFormat()),
          new FeatureFieldEngine("feature_field_es812", new ES812PostingsFormat()),
          new LearnedSparseEngine("learned_sparse", new ImpactPostingsFormat()),
          new LearnedSparseEngine("learned_sparse_plain", new ES812PostingsFormat()));

  private Engines() {}

  /** All names. */
  public static List<String> names() {
    return ALL.stream().map(Engine::name).toList();
  }

  /**
   * The engine of this name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static Engine of(String name) {
    return ALL.stream()
        .filter(engine -> engine.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "[--engines " + name + "] is unknown; there are " + names()));
  }
}
