package org.learnedsparse.integ.yaml;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Values that one step leaves for later ones: {@code $name} alone stands for the value itself,
 * {@code ${name}} inside a longer string for its text. {@code body} is always the last answer.
 */
final class Stash {

  private static final Pattern ALONE = Pattern.compile("\\$([A-Za-z_]\\w*)");
  private static final Pattern INSIDE = Pattern.compile("\\$\\{([A-Za-z_]\\w*)}");

  private final Map<String, JsonNode> values = new HashMap<>();

  void put(String name, JsonNode value) {
    values.put(name, value);
  }

  /** The value of a name; an error when no step has set it. */
  JsonNode get(String name) {
    JsonNode value = values.get(name);
    if (value == null) {
      throw new StepFailure("nothing was set as [" + name + "]: " + values.keySet());
    }
    return value;
  }

  /** The same tree with every reference, in values and in field names, replaced. */
  JsonNode replace(JsonNode tree) {
    if (tree instanceof ObjectNode object) {
      ObjectNode replaced = JsonNodeFactory.instance.objectNode();
      object
          .properties()
          .forEach(
              field -> replaced.set(replace(field.getKey()).asText(), replace(field.getValue())));
      return replaced;
    }
    if (tree instanceof ArrayNode array) {
      ArrayNode replaced = JsonNodeFactory.instance.arrayNode();
      array.forEach(element -> replaced.add(replace(element)));
      return replaced;
    }
    return tree.isTextual() ? replace(tree.asText()) : tree;
  }

  JsonNode replace(String text) {
    Matcher alone = ALONE.matcher(text);
    if (alone.matches()) {
      return get(alone.group(1));
    }
    return TextNode.valueOf(INSIDE.matcher(text).replaceAll(this::literal));
  }

  private String literal(MatchResult reference) {
    return Matcher.quoteReplacement(get(reference.group(1)).asText());
  }
}
