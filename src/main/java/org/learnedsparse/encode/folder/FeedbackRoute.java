package org.learnedsparse.encode.folder;

import com.google.gson.JsonElement;

/**
 * An ONNX graph that makes a query's new vector of its own and those of documents.
 *
 * @param file the graph, relative to the model's folder
 * @param head how its output becomes the vector
 */
public record FeedbackRoute(String file, Route.DenseHead head) {

  static FeedbackRoute read(JsonElement settings, String name) {
    JsonSettings json = new JsonSettings(name, settings);
    String file = json.file("graph", null);
    if (file == null) {
      throw new ModelException(
          "["
              + name
              + "] in [model.json] names no graph; add it: {\"feedback\": {\"graph\":"
              + " \"model.onnx\"}}");
    }
    FeedbackRoute route = new FeedbackRoute(file, RouteReader.denseHead(json));
    json.refuseOthers();
    return route;
  }
}
