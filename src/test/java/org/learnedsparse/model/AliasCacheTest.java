package org.learnedsparse.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.elasticsearch.action.ActionListener;
import org.elasticsearch.action.support.PlainActionFuture;
import org.elasticsearch.core.TimeValue;
import org.junit.jupiter.api.Test;

/** When aliases are read, and which count. */
class AliasCacheTest {
  private final List<ActionListener<ModelAliases>> reads = new ArrayList<>();
  private long now = TimeUnit.HOURS.toNanos(1);
  private final AliasCache cache = new AliasCache(reads::add, () -> now);

  private static ModelAliases to(String model) {
    return new ModelAliases(new TreeMap<>(Map.of("live", model)), Map.of(model, "digest-" + model));
  }

  private PlainActionFuture<ModelAliases> ask() {
    PlainActionFuture<ModelAliases> asked = new PlainActionFuture<>();
    cache.get(asked);
    return asked;
  }

  private static String target(PlainActionFuture<ModelAliases> asked) {
    return asked.actionGet(TimeValue.ZERO).resolve("live");
  }

  @Test
  void oneReadServesAllForASecond() {
    PlainActionFuture<ModelAliases> first = ask();
    PlainActionFuture<ModelAliases> second = ask();
    assertEquals(1, reads.size());
    reads.get(0).onResponse(to("a"));
    assertEquals("a", target(first));
    assertEquals("a", target(second));
    now += TimeUnit.MILLISECONDS.toNanos(999);
    assertEquals("a", target(ask()));
    assertEquals(1, reads.size());
    now += TimeUnit.MILLISECONDS.toNanos(1);
    PlainActionFuture<ModelAliases> later = ask();
    assertEquals(2, reads.size());
    reads.get(1).onResponse(to("b"));
    assertEquals("b", target(later));
    assertEquals("digest-b", cache.digest("b"));
  }

  @Test
  void whatWasReadBeforeAChangeIsNotKept() {
    PlainActionFuture<ModelAliases> before = ask();
    cache.forget();
    PlainActionFuture<ModelAliases> after = ask();
    assertEquals(2, reads.size());
    reads.get(1).onResponse(to("b"));
    reads.get(0).onResponse(to("a"));
    assertEquals("a", target(before));
    assertEquals("b", target(after));
    assertEquals("b", target(ask()));
    cache.forget();
    assertNull(cache.digest("b"));
    assertFalse(ask().isDone());
    assertEquals(3, reads.size());
  }

  @Test
  void aFailureIsNotKept() {
    PlainActionFuture<ModelAliases> asked = ask();
    reads.get(0).onFailure(new IllegalStateException("no shard"));
    assertThrows(IllegalStateException.class, () -> asked.actionGet(TimeValue.ZERO));
    PlainActionFuture<ModelAliases> again = ask();
    reads.get(1).onResponse(to("a"));
    assertEquals("a", target(again));
  }

  @Test
  void modelsCountBeforeAliasesOfTheirName() {
    ModelAliases all =
        new ModelAliases(
            new TreeMap<>(Map.of("folder", "a", "uploaded", "a", "live", "both")),
            Map.of("uploaded", "1", "a", "2", "both", "3"));
    ModelAliases left = all.without(Set.of("folder", "both"));
    assertEquals("folder", left.resolve("folder"));
    assertEquals("uploaded", left.resolve("uploaded"));
    assertEquals("both", left.resolve("live"));
    assertEquals("2", left.digests().get("a"));
    assertNull(left.digests().get("both"), "a folder's digest is not the uploaded model's");
  }
}
