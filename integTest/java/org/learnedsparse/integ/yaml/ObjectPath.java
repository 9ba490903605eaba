package org.learnedsparse.integ.yaml;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.List;

/**
 * The place of a value in an answer: field names and array positions between dots, {@code \.} for a
 * dot in a name, {@code $name} for a stashed one, {@code _arbitrary_key_} for the name of any
 * field. Empty, or {@code $body}, is the whole answer.
 */
final class ObjectPath {

  private ObjectPath() {}

  /** The value at a path; a missing node when there is none. */
  static JsonNode evaluate(Stash stash, String path) {
    List<String> segments = segments(path);
    JsonNode at = stash.get("body");
    if (segments.isEmpty() == false && segments.get(0).startsWith("$")) {
      at = stash.get(segments.remove(0).substring(1));
    }
    for (int i = 0; i < segments.size(); i++) {
      String segment = stash.replace(segments.get(i)).asText();
      if (segment.equals("_arbitrary_key_") && at.isObject() && at.isEmpty() == false) {
        String any = at.fieldNames().next();
        if (i == segments.size() - 1) {
          return TextNode.valueOf(any);
        }
        at = at.get(any);
      } else if (at.isArray()) {
        at =
            segment.matches("\\d+")
                ? at.path(Integer.parseInt(segment))
                : MissingNode.getInstance();
      } else {
        at = at.path(segment);
      }
    }
    return at;
  }

  static List<String> segments(String path) {
    List<String> segments = new ArrayList<>();
    StringBuilder segment = new StringBuilder();
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      if (c == '\\' && i + 1 < path.length() && path.charAt(i + 1) == '.') {
        segment.append('.');
        i++;
      } else if (c == '.') {
        segments.add(segment.toString());
        segment.setLength(0);
      } else {
        segment.append(c);
      }
    }
    if (segment.length() > 0) {
      segments.add(segment.toString());
    }
    return segments;
  }
}
