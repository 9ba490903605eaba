package org.learnedsparse.query;

import java.io.IOException;
import java.util.Set;
import org.elasticsearch.search.vectors.VectorData;
import org.elasticsearch.xcontent.XContentParser;
import org.learnedsparse.query.RequestedNearest.Normalizer;

/** Reads {@code knn} of a {@code learned_sparse} query. */
final class NearestParser {
  static final String KNN = "knn";
  static final String FIELD = "field";
  static final String QUERY_VECTOR = "query_vector";
  static final String MODEL = "model";
  static final String K = "k";
  static final String NUM_CANDIDATES = "num_candidates";
  static final String SIMILARITY = "similarity";
  static final String WEIGHT = "weight";
  static final String NORMALIZER = "normalizer";
  private static final Set<String> KNOWN =
      Set.of(FIELD, QUERY_VECTOR, MODEL, K, NUM_CANDIDATES, SIMILARITY, WEIGHT, NORMALIZER);

  /** Elasticsearch's. */
  private static final int MAX_CANDIDATES = 10_000;

  /** Near the best for the default model, on the collections that it was measured on. */
  private static final double DEFAULT_WEIGHT = .3;

  /** Where the names of normalisations over whole lists lead people. */
  private static final Set<String> OF_LISTS = Set.of("min_max", "l2", "z_score");

  private final SettingsReader settings;
  private String field;
  private VectorData vector;
  private String model;
  private Integer k;
  private Integer numCandidates;
  private Float similarity;
  private double weight = DEFAULT_WEIGHT;
  private Normalizer normalizer = Normalizer.THEORETICAL_MAXIMUM;

  private NearestParser(XContentParser parser) {
    this.settings = SettingsReader.ofBlock(KNN, parser);
  }

  /** Reads the object that the parser is at the start of. */
  static RequestedNearest parse(XContentParser parser) throws IOException {
    return new NearestParser(parser).parse();
  }

  private RequestedNearest parse() throws IOException {
    settings.read(KNOWN, this::read);
    if (field == null) {
      throw settings.error("needs [" + FIELD + "], the dense_vector field to search");
    }
    if (vector != null && model != null) {
      throw settings.error(
          "takes no [" + MODEL + "] with a [" + QUERY_VECTOR + "]: nothing is encoded");
    }
    if (k != null && numCandidates != null && k > numCandidates) {
      throw settings.error(
          "has ["
              + NUM_CANDIDATES
              + "] of ["
              + numCandidates
              + "], fewer than ["
              + K
              + "] of ["
              + k
              + "]; raise ["
              + NUM_CANDIDATES
              + "] or leave it out");
    }
    return new RequestedNearest(
        field, vector, model, k, numCandidates, similarity, weight, normalizer);
  }

  private void read(String setting) throws IOException {
    switch (setting) {
      case FIELD -> field = settings.string(setting);
      case QUERY_VECTOR -> vector = vector(setting);
      case MODEL -> model = settings.string(setting);
      case K -> k = settings.integer(setting, 1, LearnedSparseQueryBuilder.MAX_K);
      case NUM_CANDIDATES -> numCandidates = settings.integer(setting, 1, MAX_CANDIDATES);
      case SIMILARITY -> similarity = settings.finite(setting);
      case WEIGHT -> weight = settings.share(setting);
      default -> normalizer = normalizer(setting);
    }
  }

  private VectorData vector(String setting) throws IOException {
    XContentParser parser = settings.parser();
    try {
      return VectorData.parseXContent(parser);
    } catch (IllegalArgumentException e) {
      throw settings.bad(
          setting, "an array of numbers, or a string of hexadecimal digits for bytes");
    }
  }

  private Normalizer normalizer(String setting) throws IOException {
    XContentParser parser = settings.parser();
    if (parser.currentToken() == XContentParser.Token.VALUE_STRING
        && OF_LISTS.contains(parser.text())) {
      throw settings.error(
          "has ["
              + setting
              + "] of ["
              + parser.text()
              + "], which depends on the whole list of results and would differ between shards;"
              + " use the retriever [learned_sparse_fusion] for it, or one of [none,"
              + " theoretical_maximum]");
    }
    return settings.oneOf(setting, Normalizer.values());
  }
}
