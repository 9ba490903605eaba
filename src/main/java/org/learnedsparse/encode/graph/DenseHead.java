package org.learnedsparse.encode.graph;

import java.util.LinkedHashMap;
import java.util.Map;
import org.learnedsparse.encode.folder.ModelException;
import org.learnedsparse.encode.folder.Route;
import org.learnedsparse.encode.text.TokenWindow;

/** Turns an output into dense vectors. */
final class DenseHead {
  private final Route.DenseHead route;

  DenseHead(Route.DenseHead route) {
    this.route = route;
  }

  /** The vectors of a batch, each [width]. */
  float[][] encode(Rows rows, TokenWindow[] windows, int length, int width) {
    float[][] vectors = new float[windows.length][width];
    RowPooling pooling = new RowPooling(route.pooling(), null, width);
    for (int i = 0; i < windows.length; i++) {
      pooling.pool(rows, i, length, windows[i], vectors[i]);
      finish(vectors[i]);
    }
    return vectors;
  }

  /** Checks a vector, and brings it to length 1 if that is asked for. */
  void finish(float[] vector) {
    double squares = 0;
    for (float value : vector) {
      squares += (double) value * value;
    }
    if (Double.isFinite(squares) == false) {
      throw new ModelException(
          "the graph gives a dense vector that is not finite; the model is broken");
    }
    if (route.normalize() && squares > 0) {
      double norm = Math.sqrt(squares);
      for (int i = 0; i < vector.length; i++) {
        vector[i] = (float) (vector[i] / norm);
      }
    }
  }

  Map<String, Object> describe(int width) {
    Map<String, Object> steps = new LinkedHashMap<>();
    steps.put("pooling", route.pooling().toString());
    steps.put("normalize", route.normalize());
    steps.put("dims", width);
    return steps;
  }
}
