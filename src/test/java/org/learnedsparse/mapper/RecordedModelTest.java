package org.learnedsparse.mapper;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.elasticsearch.cluster.metadata.MappingMetadata;
import org.junit.jupiter.api.Test;

/** Updates of mappings that record a model. */
class RecordedModelTest {
  private static final String DIGEST = "0123456789abcdef".repeat(4);

  private static MappingMetadata mapping(Map<String, ?> properties) {
    return new MappingMetadata("_doc", Map.of("_doc", Map.of("properties", properties)));
  }

  @Test
  void everythingElseStaysAsItIs() {
    Map<String, ?> field =
        Map.of(
            "type", "learned_sparse", "model", "live", "meta", Map.of("unit", "w", "model", "old"));
    Map<String, ?> nested =
        Map.of(
            "type",
            "nested",
            "include_in_parent",
            true,
            "properties",
            Map.of("w.eights", field, "other", Map.of("type", "keyword")));
    Map<String, Object> update =
        RecordedModel.update(
            mapping(Map.of("p", nested, "q", Map.of("type", "text"))), "p.w.eights", "a", DIGEST);
    Map<String, ?> meta =
        Map.of("unit", "w", "model", "a", "model_digest", DIGEST.substring(0, 32));
    assertEquals(
        Map.of(
            "properties",
            Map.of(
                "p",
                Map.of(
                    "type",
                    "nested",
                    "include_in_parent",
                    true,
                    "properties",
                    Map.of(
                        "w.eights",
                        Map.of("type", "learned_sparse", "model", "live", "meta", meta))))),
        update);
  }

  @Test
  void aDigestThatIsNotKnownIsNotRecorded() {
    Map<String, ?> field =
        Map.of("type", "learned_sparse", "meta", Map.of("model_digest", "of another"));
    assertEquals(
        Map.of(
            "properties",
            Map.of("w", Map.of("type", "learned_sparse", "meta", Map.of("model", "a")))),
        RecordedModel.update(mapping(Map.of("w", field)), "w", "a", null));
  }

  @Test
  void notesOfPeopleAreNotDropped() {
    Map<String, ?> field =
        Map.of("type", "learned_sparse", "meta", Map.of("a", "1", "b", "2", "c", "3", "d", "4"));
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> RecordedModel.update(mapping(Map.of("w", field)), "w", "a", DIGEST))
            .getMessage();
    assertTrue(message.contains("[w]") && message.contains("leave two"), message);
    assertThrows(
        IllegalArgumentException.class,
        () -> RecordedModel.update(mapping(Map.of("w", field)), "v", "a", DIGEST));
  }
}
