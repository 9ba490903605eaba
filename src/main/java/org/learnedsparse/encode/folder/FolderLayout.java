package org.learnedsparse.encode.folder;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What a folder tells of its model, in the terms of {@code model.json}.
 *
 * @param maxLength tokens in a window
 * @param detectedDocument settings of the document route
 * @param detectedQuery settings of the query route; null if queries are encoded as documents are
 */
record FolderLayout(int maxLength, JsonObject detectedDocument, JsonObject detectedQuery) {
  private static final int DEFAULT_MAX_LENGTH = 512;

  /** Files that hold the weights of query tokens, the better kept first. */
  private static final List<String> TABLES = List.of("idf.json", "query_token_weights.txt");

  static FolderLayout detect(Path folder) throws IOException {
    Set<String> places = new LinkedHashSet<>(Set.of(""));
    JsonObject document = new JsonObject();
    JsonObject query = null;
    if (ModelFiles.exists(folder, SentenceTransformers.FILE)) {
      SentenceTransformers modules = SentenceTransformers.read(folder);
      document = modules.document();
      query = modules.query();
      places.addAll(modules.encoders());
    } else {
      addGraph(document, folder, List.of(""));
    }
    for (String table : TABLES) {
      if (query == null && ModelFiles.exists(folder, table)) {
        query = new JsonObject();
        query.addProperty("table", table);
      }
    }
    return new FolderLayout(MaxLength.find(folder, places, DEFAULT_MAX_LENGTH), document, query);
  }

  /**
   * Adds the first graph that there is.
   *
   * @param places folders within the model's, each ending with a slash, or empty
   */
  static void addGraph(JsonObject route, Path folder, List<String> places) throws IOException {
    List<String> parents = places.stream().flatMap(p -> Stream.of(p + "onnx/", p)).toList();
    for (String parent : parents) {
      if (ModelFiles.exists(folder, parent + "model.onnx")) {
        route.addProperty("graph", parent + "model.onnx");
        return;
      }
      List<String> graphs = graphs(folder.resolve(parent));
      if (graphs.size() == 1) {
        route.addProperty("graph", parent + graphs.get(0));
        return;
      }
    }
  }

  private static List<String> graphs(Path parent) throws IOException {
    if (Files.isDirectory(parent) == false) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(parent)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".onnx"))
          .sorted()
          .toList();
    }
  }

  /** The document route's settings: what is given, and what was detected beside it. */
  JsonElement document(JsonElement given) {
    return over(detectedDocument, given);
  }

  /** The query route's settings; as the document's, unless anything tells otherwise. */
  JsonElement query(JsonElement givenDocument, JsonElement given) {
    return detectedQuery != null
        ? over(detectedQuery, given)
        : over(document(givenDocument), given);
  }

  private static JsonElement over(JsonElement detected, JsonElement given) {
    if (given == null || (given instanceof JsonObject) == false) {
      return given == null ? detected : given;
    }
    JsonObject merged = new JsonObject();
    JsonObject stated = given.getAsJsonObject();
    // One kind of route tells nothing of the other.
    boolean sameKind = stated.has("table") == false && stated.has("graph") == false;
    if (detected instanceof JsonObject found) {
      boolean agree =
          sameKind
              || (stated.has("table") && found.has("table"))
              || (stated.has("graph") && found.has("graph"));
      if (agree) {
        found.entrySet().forEach(entry -> merged.add(entry.getKey(), entry.getValue()));
      }
    }
    stated.entrySet().forEach(entry -> merged.add(entry.getKey(), entry.getValue()));
    return merged;
  }
}
