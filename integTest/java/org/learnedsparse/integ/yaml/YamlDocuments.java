package org.learnedsparse.integ.yaml;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;

/** The documents of a YAML file as trees that still know the lines they came from. */
final class YamlDocuments {

  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

  private final List<JsonNode> roots = new ArrayList<>();
  private final IdentityHashMap<JsonNode, Integer> lines = new IdentityHashMap<>();
  private final Path file;

  private YamlDocuments(Path file) {
    this.file = file;
  }

  static YamlDocuments read(Path file) throws IOException {
    YamlDocuments documents = new YamlDocuments(file);
    try (JsonParser parser = YAML.createParser(Files.newBufferedReader(file))) {
      while (parser.nextToken() != null) {
        documents.roots.add(documents.tree(parser));
      }
    } catch (JacksonException e) {
      throw new IOException(file + " is no valid YAML: " + e.getMessage(), e);
    }
    return documents;
  }

  List<JsonNode> roots() {
    return roots;
  }

  /** The first line, counted from 1, of an object or array of these documents. */
  int line(JsonNode container) {
    return lines.get(container);
  }

  private JsonNode tree(JsonParser parser) throws IOException {
    JsonLocation at = parser.currentTokenLocation();
    if (parser.currentToken() == JsonToken.START_OBJECT) {
      ObjectNode object = YAML.createObjectNode();
      lines.put(object, at.getLineNr());
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String name = parser.currentName();
        int line = parser.currentTokenLocation().getLineNr();
        parser.nextToken();
        if (object.has(name)) {
          // YAML forbids it, and the first of the two would be an assertion that never runs.
          throw new IOException(file + ":" + line + " has [" + name + "] twice in one object");
        }
        object.set(name, tree(parser));
      }
      return object;
    }
    if (parser.currentToken() == JsonToken.START_ARRAY) {
      ArrayNode array = YAML.createArrayNode();
      lines.put(array, at.getLineNr());
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        array.add(tree(parser));
      }
      return array;
    }
    return YAML.readTree(parser);
  }
}
