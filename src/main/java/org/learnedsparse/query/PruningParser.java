package org.learnedsparse.query;

import java.io.IOException;
import java.util.Arrays;
import java.util.Set;
import org.elasticsearch.xcontent.XContentParser;
import org.learnedsparse.vector.Pruning;

/** Reads {@code prune} of a {@code learned_sparse} query. */
final class PruningParser {
  static final String PRUNE = "prune";
  static final String TYPE = "type";
  static final String VALUE = "value";
  private static final Set<String> KNOWN = Set.of(TYPE, VALUE);

  private final SettingsReader settings;
  private Pruning.Type type;
  private Double value;

  private PruningParser(XContentParser parser) {
    this.settings = SettingsReader.ofBlock(PRUNE, parser);
  }

  /** Reads the object that the parser is at the start of. */
  static RequestedPruning parse(XContentParser parser) throws IOException {
    PruningParser read = new PruningParser(parser);
    read.settings.read(KNOWN, read::read);
    return new RequestedPruning(read.build());
  }

  private void read(String setting) throws IOException {
    switch (setting) {
      case TYPE -> type = settings.oneOf(setting, Pruning.Type.values());
      default -> value = settings.number(setting);
    }
  }

  private Pruning build() {
    if (type == null) {
      throw settings.error(
          "needs [" + TYPE + "], one of " + Arrays.toString(Pruning.Type.values()));
    }
    if (value == null) {
      throw settings.error("needs [" + VALUE + "], a number");
    }
    try {
      return new Pruning(type, value);
    } catch (IllegalArgumentException e) {
      throw settings.error("is refused: " + e.getMessage());
    }
  }
}
