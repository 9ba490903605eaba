package org.learnedsparse.integ.yaml;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.learnedsparse.tools.node.Http;
import org.learnedsparse.tools.node.Repository;

/**
 * An API by its definition: {@code rest-api-spec/api/<name>.json} of this repository, or else of
 * Elasticsearch. It turns a test's parameters into a request, and refuses those that it does not
 * define.
 */
final class RestApi {

  /**
   * A request.
   *
   * @param path with the query string, percent-encoded
   * @param body JSON or NDJSON, null for none
   */
  record Call(String method, String path, String body) {
    @Override
    public String toString() {
      return method + " " + path;
    }
  }

  private static final String FOLDER = "rest-api-spec/api/";

  private final String name;
  private final JsonNode definition;

  private RestApi(String name, JsonNode definition) {
    this.name = name;
    this.definition = definition;
  }

  static RestApi named(String name) {
    return new RestApi(name, read(name).path(name));
  }

  /**
   * Builds the request for a call.
   *
   * @param parameters the parts of the path, the parameters and {@code body}, stash replaced
   */
  Call call(JsonNode parameters) {
    JsonNode body = parameters.get("body");
    if (body == null && definition.at("/body/required").asBoolean()) {
      throw new StepFailure("[" + name + "] needs a body");
    }
    if (body != null && definition.has("body") == false) {
      throw new StepFailure("[" + name + "] takes no body");
    }
    JsonNode url = url(parameters);
    String path = url.get("path").asText();
    List<String> query = new ArrayList<>();
    for (Map.Entry<String, JsonNode> parameter : parameters.properties()) {
      String key = parameter.getKey();
      if (key.equals("body")) {
        continue;
      }
      String value = encode(text(parameter.getValue()));
      if (url.path("parts").has(key)) {
        path = path.replace("{" + key + "}", value);
      } else if (definition.path("params").has(key) || common().has(key)) {
        query.add(key + "=" + value);
      } else {
        throw new StepFailure(
            "[" + name + "] has no parameter [" + key + "] on [" + url.get("path").asText() + "]");
      }
    }
    if (query.isEmpty() == false) {
      path += "?" + String.join("&", query);
    }
    boolean lines = definition.at("/body/serialize").asText().equals("bulk");
    return new Call(method(url, body != null), path, body(body, lines));
  }

  /** A request without a definition: {@code method}, {@code path}, and {@code body} if any. */
  static Call raw(JsonNode parameters) {
    String path = parameters.path("path").asText();
    List<String> query = new ArrayList<>();
    for (Map.Entry<String, JsonNode> parameter : parameters.properties()) {
      if (List.of("method", "path", "body").contains(parameter.getKey()) == false) {
        query.add(parameter.getKey() + "=" + encode(text(parameter.getValue())));
      }
    }
    if (query.isEmpty() == false) {
      path += (path.contains("?") ? "&" : "?") + String.join("&", query);
    }
    return new Call(parameters.path("method").asText(), path, body(parameters.get("body"), false));
  }

  /** The longest of the paths whose parts are all given. */
  private JsonNode url(JsonNode parameters) {
    JsonNode best = null;
    for (JsonNode url : definition.at("/url/paths")) {
      boolean given = true;
      for (Map.Entry<String, JsonNode> part : url.path("parts").properties()) {
        given &= parameters.has(part.getKey());
      }
      if (given && (best == null || url.path("parts").size() > best.path("parts").size())) {
        best = url;
      }
    }
    if (best == null) {
      throw new StepFailure("[" + name + "] has no path for the parameters " + parameters);
    }
    return best;
  }

  private static String method(JsonNode url, boolean hasBody) {
    String preferred = hasBody ? "POST" : "GET"; // some proxies drop the body of a GET
    JsonNode methods = url.get("methods");
    for (JsonNode method : methods) {
      if (method.asText().equals(preferred)) {
        return preferred;
      }
    }
    return methods.get(0).asText();
  }

  private static String body(JsonNode body, boolean lines) {
    if (body == null) {
      return null;
    }
    if (lines == false) {
      return body.isTextual() ? body.asText() : body.toString();
    }
    if (body.isTextual()) {
      return body.asText().stripTrailing() + "\n";
    }
    StringBuilder text = new StringBuilder();
    for (JsonNode line : body) {
      text.append(line.isTextual() ? line.asText().strip() : line.toString()).append('\n');
    }
    return text.toString();
  }

  private static String text(JsonNode value) {
    if (value.isArray() == false) {
      return value.asText();
    }
    List<String> each = new ArrayList<>();
    value.forEach(element -> each.add(element.asText()));
    return String.join(",", each);
  }

  private static String encode(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private static JsonNode common() {
    return read("_common").path("params");
  }

  private static ObjectNode read(String name) {
    Path ours = Repository.root().resolve(FOLDER + name + ".json");
    try (InputStream definition =
        Files.exists(ours)
            ? Files.newInputStream(ours)
            : RestApi.class.getResourceAsStream("/" + FOLDER + name + ".json")) {
      if (definition == null) {
        throw new StepFailure("no definition of the API [" + name + "] in " + FOLDER);
      }
      return (ObjectNode) Http.JSON.readTree(definition);
    } catch (IOException e) {
      throw new UncheckedIOException("the definition of [" + name + "] cannot be read", e);
    }
  }
}
