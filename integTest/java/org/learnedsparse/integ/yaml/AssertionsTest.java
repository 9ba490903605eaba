package org.learnedsparse.integ.yaml;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AssertionsTest {

  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
  private static final String ANSWER =
      """
      took: 3
      timed_out: false
      hits:
        total: { value: 2, relation: eq }
        hits:
          - { _id: a, _score: 2.5, _source: { "a.b": [1, 2], text: plants make energy } }
          - { _id: b, _score: 1, _source: { tags: [], none: null } }
      """;

  private final Stash stash = new Stash();
  private final Assertions assertions = new Assertions(stash);

  @BeforeEach
  void answer() throws JsonProcessingException {
    stash.put("body", YAML.readTree(ANSWER));
    stash.put("first", YAML.readTree("0"));
    stash.put("id", YAML.readTree("a"));
    stash.put("field", YAML.readTree("_score"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "match    | { hits.total.value: 2 }",
        "match    | { hits.total.value: 2.0 }",
        "match    | { hits.hits.0._score: 2.5 }",
        "match    | { hits.hits.$first.$field: 2.5 }",
        "match    | { hits.hits.0._id: $id }",
        "match    | { hits.hits.0._source.a\\.b: [1, 2] }",
        "match    | { hits.hits.0._source.text: '/make \\s energy$/' }",
        "match    | { hits.total: { relation: eq, value: 2 } }",
        "match    | { $body.took: 3, timed_out: false }",
        "match    | { hits.hits.1._source.none: null }",
        "match    | { hits.hits.2: null }",
        "length   | { hits.hits: 2 }",
        "length   | { hits.hits.1._source.tags: 0 }",
        "length   | { hits.hits.0._id: 1 }",
        "contains | { hits.hits: { _id: b, _score: 1 } }",
        "contains | { hits.hits.0._source.a\\.b: 2 }",
        "contains | { hits.hits.0._source.text: make }",
        "close_to | { hits.hits.0._score: { value: 2.49, error: 0.011 } }",
        "gt       | { took: 2 }",
        "gte      | { took: 3 }",
        "lt       | { took: 3.5 }",
        "lte      | { took: 3 }",
        "is_true  | hits.hits",
        "is_true  | took",
        "is_false | timed_out",
        "is_false | no.such.path",
        "exists   | hits.hits.1._source.none",
        "not_exists | hits.hits.2",
      })
  void holds(String kind, String claim) throws JsonProcessingException {
    assertDoesNotThrow(() -> assertions.check(kind, YAML.readTree(claim)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "match    | { hits.total.value: 3 }                            | 2",
        "match    | { hits.hits.0._score: 2.4999999 }                  | 2.5",
        "match    | { hits.hits.0._score: '2.5' }                      | 2.5",
        "match    | { hits.hits.$first.$field: 1 }                     | 2.5",
        "match    | { hits.hits.1._id: $id }                           | \"b\"",
        "match    | { hits.hits.0._source.a.b: [1, 2] }                | nothing at this path",
        "match    | { hits.hits.0._source.a\\.b: [2, 1] }              | [1,2]",
        "match    | { hits.hits.0._source.a\\.b: [1] }                 | [1,2]",
        "match    | { hits.hits.0._source.text: '/^energy/' }          | \"plants make energy\"",
        "match    | { hits.total: { value: 2 } }                       | {\"value\":2",
        "match    | { hits.total: { value: 2, relation: eq, more: 1 } } | {\"value\":2",
        "match    | { took: null }                                     | 3",
        "match    | { took: 3, timed_out: true }                       | false",
        "length   | { hits.hits: 1 }                                   | [{",
        "length   | { took: 1 }                                        | 3",
        "length   | { hits.none: 0 }                                   | nothing at this path",
        "contains | { hits.hits: { _id: b, _score: 2 } }               | [{",
        "contains | { hits.hits.0._source.a\\.b: 3 }                   | [1,2]",
        "contains | { took: 3 }                                        | 3",
        "close_to | { hits.hits.0._score: { value: 2.4, error: 0.01 } } | 2.5",
        "close_to | { hits.hits.0._id: { value: 2.4, error: 100 } }    | \"a\"",
        "gt       | { took: 3 }                                        | 3",
        "gt       | { hits.none: 3 }                                   | nothing at this path",
        "gte      | { took: 3.1 }                                      | 3",
        "lt       | { took: 3 }                                        | 3",
        "lte      | { took: 2 }                                        | 3",
        "is_true  | timed_out                                          | false",
        "is_true  | no.such.path                                       | nothing at this path",
        "is_false | hits.hits.1._source.tags                           | []",
        "exists   | hits.hits.2                                        | nothing at this path",
        "not_exists | hits.hits.1._source.none                         | null",
      })
  void fails(String kind, String claim, String actual) {
    StepFailure failure =
        assertThrows(StepFailure.class, () -> assertions.check(kind, YAML.readTree(claim)));
    assertTrue(failure.getMessage().contains("expected: "), failure.getMessage());
    assertTrue(failure.getMessage().contains("actual:   " + actual), failure.getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "match    | {}",
        "match    | hits.hits",
        "is_true  | { took: 3 }",
        "close_to | { took: 3 }",
        "match    | { took: $unset }",
        "match    | { $unset.took: 3 }",
      })
  void refusesAClaimThatClaimsNothing(String kind, String claim) {
    assertThrows(StepFailure.class, () -> assertions.check(kind, YAML.readTree(claim)));
  }

  @Test
  void replacesReferencesAloneAndInside() throws JsonProcessingException {
    assertEquals(
        YAML.readTree("{ n: 0, text: see a and _score., list: [a], _score: x, cost: $5 }"),
        stash.replace(
            YAML.readTree(
                "{ n: $first, text: 'see ${id} and ${field}.', list: [$id], $field: x, cost: $5 }")));
  }

  @Test
  void namesAnArbitraryField() throws JsonProcessingException {
    stash.put("body", YAML.readTree("{ nodes: { xyz: { heap: 7 } } }"));
    assertEquals(7, ObjectPath.evaluate(stash, "nodes._arbitrary_key_.heap").asInt());
    assertEquals("xyz", ObjectPath.evaluate(stash, "nodes._arbitrary_key_").asText());
  }
}
