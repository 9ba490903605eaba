package org.learnedsparse.integ.security;

import java.util.List;

/** Placeholder. */
abstract class HybridFieldRights {
  static List<User> users() {
    return List.of();
  }

  @org.junit.jupiter.api.Test
  void nothing() {}
}
