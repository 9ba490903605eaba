package org.learnedsparse.query;

import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import org.elasticsearch.xcontent.XContentParser;
import org.learnedsparse.query.RequestedFeedback.Interpolation;
import org.learnedsparse.query.RequestedFeedback.Space;
import org.learnedsparse.vector.RelevanceFeedback;

/** Reads {@code feedback} of a {@code learned_sparse} query. */
final class FeedbackParser {
  static final String FEEDBACK = "feedback";
  static final String DOCUMENTS = "documents";
  static final String TERMS = "terms";
  static final String WEIGHT = "weight";
  static final String METHOD = "method";
  static final String MODEL = "model";
  static final String SPACE = "space";
  static final String INTERPOLATION = "interpolation";
  private static final Set<String> KNOWN =
      Set.of(DOCUMENTS, TERMS, WEIGHT, METHOD, MODEL, SPACE, INTERPOLATION);

  private static final int MAX_DOCUMENTS = 100;
  private static final int MAX_TERMS = 1_000;

  private final SettingsReader settings;
  private final Set<String> stated = new HashSet<>();
  private int documents = 10;
  private int terms = 30;

  /** Less than what is usual with BM25: weights that are learned bring related terms already. */
  private double weight = .2;

  private RelevanceFeedback.Method method = RelevanceFeedback.Method.RM3;
  private String model;
  private Space space;
  private Interpolation interpolation;

  private FeedbackParser(XContentParser parser) {
    this.settings = SettingsReader.ofBlock(FEEDBACK, parser);
  }

  /** Reads the object that the parser is at the start of. */
  static FeedbackParser read(XContentParser parser) throws IOException {
    FeedbackParser read = new FeedbackParser(parser);
    read.settings.read(KNOWN, read::read);
    return read;
  }

  private void read(String setting) throws IOException {
    stated.add(setting);
    switch (setting) {
      case DOCUMENTS -> documents = settings.integer(setting, 1, MAX_DOCUMENTS);
      case TERMS -> terms = settings.integer(setting, 1, MAX_TERMS);
      case WEIGHT -> weight = settings.share(setting);
      case METHOD -> method = settings.oneOf(setting, RelevanceFeedback.Method.values());
      case MODEL -> model = settings.string(setting);
      case SPACE -> space = settings.oneOf(setting, Space.values());
      default -> interpolation = settings.oneOf(setting, Interpolation.values());
    }
  }

  /**
   * What was read.
   *
   * @param dense whether the query has a dense side
   */
  RequestedFeedback build(boolean dense) {
    if (dense == false && (interpolation != null || (space != null && space.isDense()))) {
      throw settings.error(
          "has ["
              + (interpolation != null ? INTERPOLATION : SPACE)
              + "] of ["
              + (interpolation != null ? interpolation : space)
              + "], and the query no ["
              + NearestParser.KNN
              + "]: there is nothing dense to feed back to");
    }
    if (interpolation == Interpolation.BEFORE && space == Space.BOTH) {
      throw settings.error(
          "has ["
              + INTERPOLATION
              + "] of [before] and ["
              + SPACE
              + "] of [both]: the second search has one side alone; name [sparse] or [dense]");
    }
    Space changed = space != null ? space : dense ? defaultSpace() : Space.SPARSE;
    refuse(changed.isDense() == false, MODEL, "changes the vector of [knn]", changed);
    refuse(changed.isSparse() == false, TERMS, "counts for term weights", changed);
    refuse(changed.isSparse() == false, METHOD, "counts for term weights", changed);
    refuse(
        changed.isSparse() == false && model != null,
        WEIGHT,
        "counts for what no [model] makes",
        changed);
    Interpolation fused = interpolation == null && dense ? Interpolation.BOTH : interpolation;
    return new RequestedFeedback(
        documents, new RelevanceFeedback(method, terms, weight), model, changed, fused);
  }

  /** Refuses a setting that would change nothing. */
  private void refuse(boolean idle, String setting, String what, Space changed) {
    if (idle && stated.contains(setting)) {
      throw settings.error(
          "has ["
              + setting
              + "], which "
              + what
              + ", and [space] of ["
              + changed
              + "]; leave it out, or name another [space]");
    }
  }

  private Space defaultSpace() {
    return interpolation == Interpolation.BEFORE ? Space.SPARSE : Space.BOTH;
  }
}
