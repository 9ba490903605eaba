package org.learnedsparse.ingest;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.elasticsearch.ingest.IngestDocument;
import org.learnedsparse.encode.EncodedText;
import org.learnedsparse.encode.Encoder;
import org.learnedsparse.encode.Mode;
import org.learnedsparse.encode.graph.EncodedWindow;
import org.learnedsparse.vector.SparseVector;

/** Writes what a model made of a document's texts into the document. */
final class EncodedFields {
  private final ProcessorSettings settings;
  private final boolean sparse;
  private final boolean dense;

  /**
   * @throws IllegalArgumentException if the model does not give what is to be written
   */
  EncodedFields(ProcessorSettings settings, Encoder encoder) {
    this.settings = settings;
    this.sparse = encoder.isSparse(Mode.DOCUMENT);
    this.dense = encoder.isDense(Mode.DOCUMENT);
    if (settings.passages() && encoder.table(Mode.DOCUMENT) != null) {
      throw new IllegalArgumentException(
          "model ["
              + settings.model()
              + "] encodes documents by a table, which has no windows; remove [passages]");
    }
    if (dense == false && settings.denseTargetField() != null) {
      throw lacking("dense vectors", "remove [dense_target_field]");
    }
    if (sparse == false && settings.targetField() != null && settings.passages() == false) {
      throw lacking("term weights", "remove [target_field]");
    }
    if (sparse == false && settings.denseTargetField() == null) {
      throw lacking("term weights", "set [dense_target_field] to the field for its dense vectors");
    }
  }

  private IllegalArgumentException lacking(String what, String fix) {
    return new IllegalArgumentException(
        "model [" + settings.model() + "] gives no " + what + " for documents; " + fix);
  }

  /**
   * Writes the fields.
   *
   * @param encoded one a text; none if no text was encoded
   */
  void write(IngestDocument document, List<EncodedText> encoded) {
    String target = settings.weightsTarget();
    if (settings.passages()) {
      document.setFieldValue(target, passages(encoded));
      return;
    }
    EncodedText text = encoded.isEmpty() ? null : EncodedText.merge(encoded);
    if (sparse) {
      document.setFieldValue(target, weights(text == null ? SparseVector.EMPTY : text.vector()));
    }
    if (text != null && text.dense() != null && settings.denseTargetField() != null) {
      document.setFieldValue(settings.denseTargetField(), list(text.dense()));
    }
  }

  private List<Map<String, Object>> passages(List<EncodedText> encoded) {
    List<Map<String, Object>> passages = new ArrayList<>();
    for (int item = 0; item < encoded.size(); item++) {
      for (EncodedWindow window : encoded.get(item).windows()) {
        Map<String, Object> passage = new LinkedHashMap<>();
        if (encoded.size() > 1) {
          passage.put("item", item);
        }
        passage.put("start", window.start());
        passage.put("end", window.end());
        if (sparse) {
          passage.put("weights", weights(window.vector()));
        }
        if (window.dense() != null && settings.denseTargetField() != null) {
          passage.put(settings.denseTargetField(), list(window.dense()));
        }
        passages.add(passage);
      }
    }
    return passages;
  }

  private Map<String, Object> weights(SparseVector vector) {
    SparseVector pruned = settings.pruning() == null ? vector : settings.pruning().apply(vector);
    return new LinkedHashMap<>(pruned.toMap());
  }

  private static List<Object> list(float[] vector) {
    List<Object> list = new ArrayList<>(vector.length);
    for (float value : vector) {
      list.add(value);
    }
    return list;
  }
}
