package org.learnedsparse.query;

import java.io.IOException;
import java.util.Set;
import org.elasticsearch.xcontent.XContentParser;
import org.learnedsparse.search.Approximation;

/** Reads {@code approximate} of a {@code learned_sparse} query. */
final class ApproximationParser {
  static final String APPROXIMATE = "approximate";
  static final String THRESHOLD_FACTOR = "threshold_factor";
  static final String QUERY_MASS = "query_mass";
  static final String MAX_BLOCKS = "max_blocks";
  static final String FORCE = "force";
  private static final Set<String> KNOWN = Set.of(THRESHOLD_FACTOR, QUERY_MASS, MAX_BLOCKS, FORCE);

  private final SettingsReader settings;
  private double thresholdFactor = 1;
  private double queryMass = 1;
  private int maxBlocks;
  private boolean force;

  private ApproximationParser(XContentParser parser) {
    this.settings = SettingsReader.ofBlock(APPROXIMATE, parser);
  }

  /** Reads the object that the parser is at the start of. */
  static RequestedApproximation parse(XContentParser parser) throws IOException {
    ApproximationParser read = new ApproximationParser(parser);
    read.settings.read(KNOWN, read::read);
    return new RequestedApproximation(
        new Approximation(read.thresholdFactor, read.queryMass, read.maxBlocks), read.force);
  }

  private void read(String setting) throws IOException {
    switch (setting) {
      case THRESHOLD_FACTOR -> thresholdFactor = settings.positiveShare(setting);
      case QUERY_MASS -> queryMass = settings.positiveShare(setting);
      case MAX_BLOCKS -> maxBlocks = settings.integer(setting, 1, Integer.MAX_VALUE);
      default -> force = settings.bool(setting);
    }
  }
}
