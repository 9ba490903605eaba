package org.learnedsparse.tools.evaluate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.learnedsparse.tools.node.Http;
import org.learnedsparse.tools.node.Repository;

/**
 * Ways to search one index that holds stems, weights and dense vectors, by name: search requests
 * with places for what a query is.
 */
final class FusionSystems {
  /** A string that stands for the query's text. */
  static final String TEXT = "{text}";

  /** A string that stands for the query's stems, joined by spaces. */
  static final String STEMS = "{stems}";

  /** A string that stands for the query's dense vector. */
  static final String DENSE = "{dense}";

  /** One JSON object: a request's body by the system's name. */
  private static final String FILE = "src/tools/fusion.json";

  private FusionSystems() {}

  /** The systems in the order of the file. */
  static Map<String, JsonNode> read() {
    Path file = Repository.root().resolve(FILE);
    try {
      Map<String, JsonNode> systems = new LinkedHashMap<>();
      Http.JSON
          .readTree(file.toFile())
          .properties()
          .forEach(e -> systems.put(e.getKey(), e.getValue()));
      return systems;
    } catch (IOException e) {
      throw new IllegalArgumentException("[" + file + "] cannot be read: " + e.getMessage(), e);
    }
  }

  /** Whether a template has a place for the query's dense vector. */
  static boolean isDense(JsonNode template) {
    return template.findValues("query_vector").contains(TextNode.valueOf(DENSE));
  }

  /**
   * A request for one query.
   *
   * @param dense may be null if the template has no place for it
   */
  static JsonNode request(JsonNode template, String text, String stems, JsonNode dense) {
    if (template.isTextual()) {
      return switch (template.asText()) {
        case TEXT -> TextNode.valueOf(text);
        case STEMS -> TextNode.valueOf(stems);
        case DENSE -> dense;
        default -> template;
      };
    }
    if (template.isArray()) {
      ArrayNode array = Http.JSON.createArrayNode();
      template.forEach(element -> array.add(request(element, text, stems, dense)));
      return array;
    }
    if (template.isObject()) {
      ObjectNode object = Http.JSON.createObjectNode();
      template
          .properties()
          .forEach(e -> object.set(e.getKey(), request(e.getValue(), text, stems, dense)));
      return object;
    }
    return template;
  }
}
