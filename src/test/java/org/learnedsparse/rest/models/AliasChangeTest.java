package org.learnedsparse.rest.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Reading requests that change aliases. */
class AliasChangeTest {
  private static final Map<String, ?> ADD = Map.of("add", Map.of("alias", "live", "model", "a"));

  private static void assertRefused(Map<String, Object> body, String part) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> AliasChange.parse(body)).getMessage();
    assertTrue(message.contains(part), message);
    assertTrue(message.contains("\"remove\""), "the fix is missing: " + message);
  }

  private static Map<String, Object> actions(Object action) {
    return Map.of("actions", List.of(action));
  }

  @Test
  void actionsKeepTheirOrder() {
    assertEquals(
        List.of(new AliasChange("live", "a"), new AliasChange("old", null)),
        AliasChange.parse(
            Map.of("actions", List.of(ADD, Map.of("remove", Map.of("alias", "old"))))));
  }

  @Test
  void otherFormsAreRefused() {
    assertRefused(Map.of(), "the fields []");
    assertRefused(Map.of("action", List.of(ADD)), "[action]");
    assertRefused(Map.of("actions", List.of()), "[actions] of [[]]");
    assertRefused(Map.of("actions", "x"), "[actions] of [x]");
    assertRefused(actions("x"), "the action [x]");
    assertRefused(actions(Map.of("move", Map.of("alias", "live"))), "move");
    assertRefused(actions(Map.of("add", "live")), "live");
    assertRefused(actions(Map.of("add", Map.of("alias", "live"))), "a string as [model]");
    assertRefused(actions(Map.of("add", Map.of("model", "a", "alias", 1))), "a string as [alias]");
    assertRefused(
        actions(Map.of("add", Map.of("alias", "live", "model", "a", "weight", 1))), "[weight]");
    assertRefused(actions(Map.of("remove", Map.of("alias", "live", "model", "a"))), "[model]");
    assertRefused(
        actions(Map.of("add", Map.of("alias", "a", "model", "b"), "remove", Map.of("alias", "c"))),
        "the action");
  }
}
