package org.learnedsparse.integ.security;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Somebody who may do what one role allows.
 *
 * @param name of the user, and of the role
 * @param cluster privileges on the cluster
 * @param indices privileges on indices, as roles have them
 */
record User(String name, List<String> cluster, List<Map<String, Object>> indices) {
  /** Who has rights on one index alone. */
  static User of(String name, String index, String... privileges) {
    return of(name, index, privileges, Map.of());
  }

  /**
   * Who has rights on a part of one index alone.
   *
   * @param part which documents or fields
   */
  static User of(String name, String index, String[] privileges, Map<String, Object> part) {
    Map<String, Object> rights = new HashMap<>(part);
    rights.put("names", List.of(index));
    rights.put("privileges", privileges);
    return new User(name, List.of(), List.of(rights));
  }
}
