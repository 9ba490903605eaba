package org.learnedsparse.encode;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/**
 * What {@code model.json} says of a model, or what its folder tells where it says nothing.
 *
 * @param description for people
 * @param maxLength the most tokens in one window, special tokens included
 * @param overlap how many tokens two consecutive windows share
 * @param document how documents are encoded
 * @param query how queries are encoded
 */
public record ModelSettings(
    String description, int maxLength, int overlap, Route document, Route query) {
  private static final String FILE = "model.json";
  private static final String DOCUMENT = "document";
  private static final String QUERY = "query";
  private static final int DEFAULT_MAX_LENGTH = 512;

  public ModelSettings {
    if (maxLength < 8 || maxLength > 1 << 20) {
      throw new ModelException("[max_length] is [" + maxLength + "]; it must be 8 to 1048576");
    }
    if (overlap < 0 || overlap > maxLength / 2) {
      throw new ModelException(
          "[overlap] is [" + overlap + "]; it must be 0 to half of max_length [" + maxLength + "]");
    }
  }

  /** Reads the settings of the model in {@code folder}. */
  static ModelSettings read(Path folder) throws IOException {
    JsonObject json =
        Files.exists(folder.resolve(FILE)) ? readObject(folder, FILE) : new JsonObject();
    allow(json, FILE, Set.of("description", "max_length", "overlap", DOCUMENT, QUERY));
    int maxLength = integer(json, "max_length", DEFAULT_MAX_LENGTH);
    Route document = json.has(DOCUMENT) ? route(json.get(DOCUMENT), DOCUMENT) : detectGraph(folder);
    Route query = json.has(QUERY) ? route(json.get(QUERY), QUERY) : detectQuery(folder, document);
    return new ModelSettings(
        json.has("description") ? json.get("description").getAsString() : "",
        maxLength,
        integer(json, "overlap", maxLength / 8),
        document,
        query);
  }

  /** Reads a file of the folder that holds one JSON object. */
  static JsonObject readObject(Path folder, String name) throws IOException {
    try (Reader reader = Files.newBufferedReader(file(folder, name))) {
      JsonElement parsed = JsonParser.parseReader(reader);
      if (parsed.isJsonObject()) {
        return parsed.getAsJsonObject();
      }
      throw new ModelException("[" + name + "] holds no JSON object");
    } catch (JsonParseException e) {
      throw new ModelException("[" + name + "] is not valid JSON: " + e.getMessage(), e);
    }
  }

  /**
   * A file of the model.
   *
   * @throws ModelException if it is not there, or lies outside the folder
   */
  static Path file(Path folder, String name) throws IOException {
    Path file = folder.resolve(name).normalize();
    if (Files.isRegularFile(file) == false) {
      throw new ModelException(
          "[" + name + "] is missing from the model's folder [" + folder + "]");
    }
    // ONNX Runtime opens files natively, past every check of the JVM: so none may lead elsewhere.
    if (file.toRealPath().startsWith(folder.toRealPath()) == false) {
      throw new ModelException("[" + name + "] lies outside the model's folder [" + folder + "]");
    }
    return file;
  }

  private static Route detectGraph(Path folder) {
    for (String name : new String[] {"onnx/model.onnx", "model.onnx"}) {
      if (Files.exists(folder.resolve(name))) {
        return new Route.Graph(name, null, null, null, null);
      }
    }
    throw new ModelException(
        "the folder has neither [onnx/model.onnx] nor [model.onnx]; export the model to ONNX, or"
            + " name the graph in [model.json]: {\"document\": {\"graph\": \"…\"}}");
  }

  private static Route detectQuery(Path folder, Route document) {
    return Files.exists(folder.resolve("idf.json")) ? new Route.Table("idf.json", 0) : document;
  }

  private static Route route(JsonElement element, String side) {
    if (element.isJsonObject() == false) {
      throw new ModelException("[" + side + "] in [model.json] must be an object");
    }
    JsonObject json = element.getAsJsonObject();
    if (json.has("table") == json.has("graph")) {
      throw new ModelException(
          "[" + side + "] in [model.json] needs either a [graph] or a [table]; it is " + json);
    }
    if (json.has("table")) {
      // Only a query meets an index.
      allow(json, side, side.equals(QUERY) ? Set.of("table", "index_idf") : Set.of("table"));
      return new Route.Table(json.get("table").getAsString(), share(json, "index_idf"));
    }
    allow(json, side, Set.of("graph", "output", "pooling", "activation", "special_tokens"));
    return new Route.Graph(
        json.get("graph").getAsString(),
        json.has("output") ? json.get("output").getAsString() : null,
        json.has("pooling") ? Pooling.of(json.get("pooling").getAsString()) : null,
        json.has("activation") ? Activation.of(json.get("activation").getAsString()) : null,
        json.has("special_tokens") ? json.get("special_tokens").getAsBoolean() : null);
  }

  private static int integer(JsonObject json, String name, int otherwise) {
    if (json.has(name) == false) {
      return otherwise;
    }
    try {
      return json.get(name).getAsInt();
    } catch (RuntimeException e) {
      throw new ModelException(
          "[" + name + "] is [" + json.get(name) + "]; it must be an integer", e);
    }
  }

  /** A number from 0 to 1; 0 if there is none. */
  private static double share(JsonObject json, String name) {
    JsonElement given = json.get(name);
    if (given == null) {
      return 0;
    }
    if (given.isJsonPrimitive() && given.getAsJsonPrimitive().isNumber()) {
      double share = given.getAsDouble();
      if (share >= 0 && share <= 1) {
        return share;
      }
    }
    throw new ModelException("[" + name + "] is [" + given + "]; it must be a number, 0 to 1");
  }

  private static void allow(JsonObject json, String where, Set<String> known) {
    for (String name : json.keySet()) {
      if (known.contains(name) == false) {
        throw new ModelException(
            "[" + where + "] has an unknown setting [" + name + "]; known: " + known);
      }
    }
  }
}
