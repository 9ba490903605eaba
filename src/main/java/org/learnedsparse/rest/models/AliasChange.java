package org.learnedsparse.rest.models;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One action of a request that changes aliases.
 *
 * @param alias the name
 * @param model what it names from now on; null to remove it
 */
record AliasChange(String alias, String model) {
  private static final String ACTIONS = "actions";
  private static final String ADD = "add";
  private static final String REMOVE = "remove";
  private static final String ALIAS = "alias";
  private static final String MODEL = "model";

  private static final String FORM =
      "[{\"actions\": [{\"add\": {\"alias\": …, \"model\": …}}, {\"remove\": {\"alias\": …}}]}]";

  /**
   * Reads a request's body.
   *
   * @throws IllegalArgumentException if it is of another form
   */
  static List<AliasChange> parse(Map<String, Object> body) {
    if (body.keySet().equals(Set.of(ACTIONS)) == false) {
      throw bad("a body with the fields " + body.keySet());
    }
    if (body.get(ACTIONS) instanceof List<?> actions && actions.isEmpty() == false) {
      List<AliasChange> changes = new ArrayList<>();
      for (Object action : actions) {
        changes.add(parseAction(action));
      }
      return changes;
    }
    throw bad("[actions] of [" + body.get(ACTIONS) + "]");
  }

  private static AliasChange parseAction(Object action) {
    if (action instanceof Map<?, ?> map && map.size() == 1) {
      if (map.get(ADD) instanceof Map<?, ?> add) {
        Map<?, ?> left = new LinkedHashMap<>(add);
        AliasChange change = new AliasChange(name(ADD, ALIAS, left), name(ADD, MODEL, left));
        refuseOthers(ADD, left);
        return change;
      }
      if (map.get(REMOVE) instanceof Map<?, ?> remove) {
        Map<?, ?> left = new LinkedHashMap<>(remove);
        AliasChange change = new AliasChange(name(REMOVE, ALIAS, left), null);
        refuseOthers(REMOVE, left);
        return change;
      }
    }
    throw bad("the action [" + action + "]");
  }

  private static String name(String action, String field, Map<?, ?> left) {
    if (left.remove(field) instanceof String name) {
      return name;
    }
    throw bad("[" + action + "] without a string as [" + field + "]");
  }

  private static void refuseOthers(String action, Map<?, ?> left) {
    if (left.isEmpty() == false) {
      throw bad("[" + action + "] with " + left.keySet());
    }
  }

  private static IllegalArgumentException bad(String what) {
    return new IllegalArgumentException("got " + what + "; the body must be of the form " + FORM);
  }
}
