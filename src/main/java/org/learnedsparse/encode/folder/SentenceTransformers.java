package org.learnedsparse.encode.folder;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * A folder as sentence-transformers saves it: {@code modules.json} lists modules with their type
 * and subfolder; a Router has modules of its own for queries and documents. Types are told by their
 * last segment, for the paths before it have changed over time.
 */
final class SentenceTransformers {
  static final String FILE = "modules.json";

  private static final List<String> QUERY_PROMPTS = List.of("query");
  private static final List<String> DOCUMENT_PROMPTS = List.of("document", "passage", "corpus");

  /** Modules that weigh tokens by a table. */
  private static final Set<String> TABLES = Set.of("SparseStaticEmbedding", "IDF");

  private record Module(String type, String path) {}

  private final Path folder;

  /** By name; {@code query} is missing where queries are encoded as documents are. */
  private final Map<String, JsonObject> routes = new LinkedHashMap<>();

  /** The folders of the modules that run a graph, each ending with a slash, or empty. */
  private final Set<String> encoders = new TreeSet<>();

  private SentenceTransformers(Path folder) {
    this.folder = folder;
  }

  static SentenceTransformers read(Path folder) throws IOException {
    SentenceTransformers read = new SentenceTransformers(folder);
    List<Module> modules = new ArrayList<>();
    if (ModelFiles.json(folder, FILE) instanceof JsonArray array) {
      for (JsonElement element : array) {
        JsonSettings module = new JsonSettings(FILE, element);
        modules.add(new Module(module.string("type", ""), module.string("path", "")));
      }
    }
    if (modules.isEmpty()) {
      throw new ModelException("[" + FILE + "] lists no modules");
    }
    Module first = modules.get(0);
    List<Module> rest = modules.subList(1, modules.size());
    if (isRouter(first)) {
      read.router(first, rest);
    } else {
      read.routes.put("document", read.route(modules, true));
    }
    read.addPrompts();
    return read;
  }

  Set<String> encoders() {
    return encoders;
  }

  JsonObject document() {
    return routes.get("document");
  }

  /** Null if queries are encoded as documents are. */
  JsonObject query() {
    return routes.get("query");
  }

  private static boolean isRouter(Module module) {
    return kind(module).equals("Router") || kind(module).equals("Asym");
  }

  private static String kind(Module module) {
    return module.type().substring(module.type().lastIndexOf('.') + 1);
  }

  private static String in(String parent, String child) {
    return parent.isEmpty() ? child : parent + "/" + child;
  }

  private void router(Module router, List<Module> behind) throws IOException {
    String file = in(router.path(), "router_config.json");
    if (ModelFiles.exists(folder, file) == false) {
      file = in(router.path(), "config.json");
    }
    JsonObject config = ModelFiles.object(folder, file);
    if (config.get("structure") instanceof JsonObject structure
        && config.get("types") instanceof JsonObject types) {
      for (Map.Entry<String, JsonElement> entry : structure.entrySet()) {
        List<Module> modules = new ArrayList<>();
        for (JsonElement id : entry.getValue().getAsJsonArray()) {
          String name = id.getAsString();
          modules.add(new Module(types.get(name).getAsString(), in(router.path(), name)));
        }
        modules.addAll(behind);
        // Of two encoders, neither is the one in the model's own folder.
        routes.put(entry.getKey(), route(modules, structure.size() == 1 || hasTable(types)));
      }
    }
    if (routes.containsKey("document") == false || routes.containsKey("query") == false) {
      throw new ModelException(
          "["
              + file
              + "] has routes "
              + routes.keySet()
              + "; [document] and [query] are needed: state both in [model.json]");
    }
  }

  private static boolean hasTable(JsonObject types) {
    return types.entrySet().stream()
        .anyMatch(type -> TABLES.contains(kind(new Module(type.getValue().getAsString(), ""))));
  }

  /**
   * @param orOwn whether a graph that is not in the module's folder may be in the model's
   */
  private JsonObject route(List<Module> modules, boolean orOwn) throws IOException {
    JsonObject route = new JsonObject();
    Module first = modules.get(0);
    String prefix = first.path().isEmpty() ? "" : first.path() + "/";
    if (ModelFiles.exists(folder, prefix + "tokenizer.json")) {
      route.addProperty("tokenizer", prefix + "tokenizer.json");
    }
    switch (kind(first)) {
      case "SparseStaticEmbedding", "IDF" -> addTable(route, prefix);
      case "MLMTransformer", "Transformer" -> {
        encoders.add(prefix);
        FolderLayout.addGraph(route, folder, orOwn ? List.of(prefix, "") : List.of(prefix));
      }
      default -> throw unknown(first);
    }
    for (Module module : modules.subList(1, modules.size())) {
      add(route, module);
    }
    return route;
  }

  private void addTable(JsonObject route, String prefix) {
    for (String name : List.of("model.safetensors", "idf.json", "query_token_weights.txt")) {
      if (ModelFiles.exists(folder, prefix + name)) {
        route.addProperty("table", prefix + name);
        return;
      }
    }
    throw new ModelException(
        "["
            + prefix
            + "] has neither [model.safetensors] nor [idf.json]; save the model with"
            + " safe_serialization=True");
  }

  private void add(JsonObject route, Module module) throws IOException {
    switch (kind(module)) {
      case "SpladePooling" -> addSpladePooling(route, module);
      case "Pooling" -> addPooling(route, module);
      case "SparseAutoEncoder" -> addAutoencoder(route, module);
      case "Normalize" -> {
        if (route.get("dense") instanceof JsonObject dense) {
          dense.addProperty("normalize", true);
        } else {
          throw unknown(module);
        }
      }
      default -> throw unknown(module);
    }
  }

  private ModelException unknown(Module module) {
    return new ModelException(
        "["
            + FILE
            + "] has a module ["
            + module.type()
            + "] at ["
            + module.path()
            + "] that is not run outside a graph here; export the whole model to ONNX, remove ["
            + FILE
            + "] and state \"document\" and \"query\" in [model.json]");
  }

  private JsonSettings config(Module module) throws IOException {
    String file = in(module.path(), "config.json");
    return new JsonSettings(
        file, ModelFiles.exists(folder, file) ? ModelFiles.object(folder, file) : new JsonObject());
  }

  private void addSpladePooling(JsonObject route, Module module) throws IOException {
    JsonSettings config = config(module);
    route.addProperty("pooling", config.string("pooling_strategy", "max"));
    String activation = config.string("activation_function", "relu");
    // The module applies log(1 + x) after what is named here.
    route.addProperty(
        "activation",
        switch (activation) {
          case "relu" -> "log1p_relu";
          case "log1p_relu" -> "log1p_log1p_relu";
          default ->
              throw config.wrong("activation_function", "[relu] or [log1p_relu], as is known here");
        });
  }

  private void addPooling(JsonObject route, Module module) throws IOException {
    JsonSettings config = config(module);
    JsonObject dense = new JsonObject();
    dense.addProperty("pooling", pooling(config, module));
    route.add("dense", dense);
  }

  private static String pooling(JsonSettings config, Module module) {
    Map<String, String> modes = new LinkedHashMap<>();
    modes.put("pooling_mode_cls_token", "cls");
    modes.put("pooling_mode_mean_tokens", "mean");
    modes.put("pooling_mode_max_tokens", "max");
    modes.put("pooling_mode_lasttoken", "last");
    List<String> on = new ArrayList<>();
    modes.forEach(
        (mode, pooling) -> {
          if (config.bool(mode, false)) {
            on.add(pooling);
          }
        });
    for (String mode : List.of("mean_sqrt_len_tokens", "weightedmean_tokens")) {
      if (config.bool("pooling_mode_" + mode, false)) {
        on.add(mode);
      }
    }
    String mode = config.string("pooling_mode", on.size() == 1 ? on.get(0) : "");
    String pooling = mode.equals("lasttoken") ? "last" : mode;
    if (modes.containsValue(pooling)) {
      return pooling;
    }
    throw new ModelException(
        "["
            + module.path()
            + "/config.json] pools by "
            + (mode.isEmpty() ? on.toString() : "[" + mode + "]")
            + "; one of [cls, mean, max, lasttoken] is run here: export the pooling with the graph"
            + " and state \"dense\": {\"pooling\": \"none\"} in [model.json]");
  }

  /** What was pooled for a dense vector goes through the autoencoder instead. */
  private void addAutoencoder(JsonObject route, Module module) throws IOException {
    JsonSettings config = config(module);
    if (route.get("dense") instanceof JsonObject dense) {
      if (dense.has("normalize")) {
        throw unknown(module);
      }
      route.add("pooling", dense.get("pooling"));
      route.remove("dense");
    }
    route.addProperty("autoencoder", in(module.path(), "model.safetensors"));
    route.addProperty("autoencoder_normalize", config.bool("normalize", false));
    route.addProperty("top_k", config.integer("k", 8, 1, Integer.MAX_VALUE));
  }

  private void addPrompts() throws IOException {
    String file = "config_sentence_transformers.json";
    if (ModelFiles.exists(folder, file) == false) {
      return;
    }
    JsonObject config = ModelFiles.object(folder, file);
    if (config.get("prompts") instanceof JsonObject prompts) {
      String document = prompt(config, prompts, DOCUMENT_PROMPTS);
      String query = prompt(config, prompts, QUERY_PROMPTS);
      if (query.equals(document) == false && query() == null) {
        routes.put("query", document().deepCopy());
      }
      addPrompt(document(), document);
      if (query() != null) {
        addPrompt(query(), query);
      }
    }
  }

  private static String prompt(JsonObject config, JsonObject prompts, List<String> names) {
    for (String name : names) {
      if (prompts.get(name) instanceof JsonPrimitive prompt) {
        return prompt.getAsString();
      }
    }
    return config.get("default_prompt_name") instanceof JsonPrimitive name
            && prompts.get(name.getAsString()) instanceof JsonPrimitive prompt
        ? prompt.getAsString()
        : "";
  }

  private static void addPrompt(JsonObject route, String prompt) {
    if (prompt.isEmpty() == false) {
      route.addProperty("template", prompt + Template.TEXT);
    }
  }
}
