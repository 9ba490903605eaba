package org.learnedsparse.ingest;

import java.util.ArrayList;
import java.util.List;

/** The texts in a document's field. */
final class FieldTexts {
  private FieldTexts() {}

  /**
   * The field's strings, or null if there are none and that is fine.
   *
   * @param value of the field: a string, or a list of strings
   * @throws IllegalArgumentException if it is anything else
   */
  static List<String> of(String field, Object value, boolean ignoreMissing) {
    if (value == null && ignoreMissing) {
      return null;
    }
    if (value instanceof String text) {
      return List.of(text);
    }
    if (value instanceof List<?> list) {
      List<String> texts = new ArrayList<>(list.size());
      for (Object element : list) {
        if (element instanceof String text) {
          texts.add(text);
        } else {
          throw new IllegalArgumentException(
              "field ["
                  + field
                  + "] must be a string or an array of strings; element ["
                  + texts.size()
                  + "] is "
                  + describe(element));
        }
      }
      return texts;
    }
    throw new IllegalArgumentException(
        "field ["
            + field
            + "] must be a string or an array of strings, it is "
            + describe(value)
            + (value == null ? "; set [ignore_missing] to let such documents pass" : ""));
  }

  private static String describe(Object value) {
    return value == null ? "null" : "[" + value + "]";
  }
}
