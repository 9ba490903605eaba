package org.learnedsparse.integ.yaml;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import org.junit.jupiter.api.Test;

class RestApiTest {

  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

  private static RestApi.Call call(String api, String parameters) throws JsonProcessingException {
    return RestApi.named(api).call(YAML.readTree(parameters));
  }

  @Test
  void takesTheLongestPathThatTheParametersFill() throws JsonProcessingException {
    assertEquals("POST /_search", call("search", "{ body: {} }").toString());
    assertEquals("POST /docs/_search", call("search", "{ index: docs, body: {} }").toString());
    assertEquals("GET /docs/_search", call("search", "{ index: docs }").toString());
    assertEquals("POST /docs/_doc/1", call("index", "{ index: docs, id: 1, body: {} }").toString());
  }

  @Test
  void encodesPartsAndParameters() throws JsonProcessingException {
    assertEquals(
        "GET /a%2Cb/_doc/x%2Fy%20z?filter_path=_source.*&routing=%C3%A4",
        call("get", "{ index: [a, b], id: x/y z, filter_path: _source.*, routing: ä }").toString());
  }

  @Test
  void writesBulkBodiesAsLines() throws JsonProcessingException {
    String expected = "{\"index\":{}}\n{\"a\":1}\n";
    assertEquals(expected, call("bulk", "{ body: [{ index: {} }, { a: 1 }] }").body());
    assertEquals(expected, call("bulk", "{ body: ['{\"index\":{}}', '{\"a\":1}'] }").body());
    assertEquals(expected, call("bulk", "body: |\n  {\"index\":{}}\n  {\"a\":1}\n").body());
    assertNull(call("indices.refresh", "{ index: docs }").body());
  }

  @Test
  void refusesWhatTheDefinitionDoesNotHave() {
    assertRefused("[search] has no parameter [sizes]", "search", "{ index: docs, sizes: 3 }");
    assertRefused("[bulk] needs a body", "bulk", "{}");
    assertRefused("[indices.refresh] takes no body", "indices.refresh", "{ body: {} }");
    assertRefused("[get] has no path", "get", "{ index: docs }");
    assertRefused("no definition of the API [serach]", "serach", "{}");
  }

  private static void assertRefused(String message, String api, String parameters) {
    StepFailure failure = assertThrows(StepFailure.class, () -> call(api, parameters));
    assertTrue(failure.getMessage().startsWith(message), failure.getMessage());
  }
}
