package org.learnedsparse.bench.http;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.learnedsparse.bench.search.data.DocumentFile;
import org.learnedsparse.bench.search.data.DocumentSampler;
import org.learnedsparse.bench.search.data.ImpactVector;

/** The documents of a collection as bodies of bulk requests. A document's id is its number. */
public final class BulkRequests {
  private BulkRequests() {}

  /**
   * The bodies for some documents.
   *
   * @param from the first one
   * @param to the one after the last
   * @param size the most documents in a request
   */
  static List<byte[]> bodies(DocumentFile documents, int from, int to, int size)
      throws IOException {
    List<byte[]> bodies = new ArrayList<>();
    StringBuilder lines = new StringBuilder();
    for (int start = from; start < to; start += size) {
      lines.setLength(0);
      for (int id = start; id < Math.min(to, start + size); id++) {
        addTo(lines, id, documents.read(id));
      }
      bodies.add(lines.toString().getBytes(StandardCharsets.UTF_8));
    }
    return bodies;
  }

  private static void addTo(StringBuilder lines, int id, ImpactVector document) {
    lines.append("{\"index\":{\"_id\":\"").append(id).append("\"}}\n");
    lines.append("{\"").append(TestedIndex.FIELD).append("\":");
    addWeights(lines, document);
    lines.append("}\n");
  }

  /** Adds a document's weights by term, as a JSON object. */
  public static void addWeights(StringBuilder json, ImpactVector document) {
    float step = DocumentSampler.QUANTISER.step();
    for (int i = 0; i < document.size(); i++) {
      json.append(i == 0 ? "{\"" : ",\"").append(document.term(i)).append("\":");
      json.append(document.impact(i) * step);
    }
    json.append('}');
  }
}
