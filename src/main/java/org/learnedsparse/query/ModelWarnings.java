package org.learnedsparse.query;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.learnedsparse.mapper.FieldModel;

/** What to say where a query's model is another than the one that encoded the documents. */
final class ModelWarnings {
  private static final int MAX_NAMES = 5;

  private final SearchedModels searched;
  private final Map<String, String> ids;
  private final Function<String, String> digests;

  /**
   * @param ids of models by the names that were resolved; a name that could not be is left out
   * @param digests tells a model's by id; null where it is not known
   */
  ModelWarnings(
      SearchedModels searched, Map<String, String> ids, Function<String, String> digests) {
    this.searched = searched;
    this.ids = ids;
    this.digests = digests;
  }

  /** One for each combination of models, not for each index. */
  List<String> all() {
    List<String> warnings = new ArrayList<>();
    searched
        .indices()
        .forEach(
            (model, indices) -> {
              if (model.encodedBy() == null) {
                return;
              }
              String encoded = encoded(model, indices);
              if (searched.named() != null) {
                named(model, encoded, warnings);
              } else {
                moved(model, encoded, warnings);
                changed(model, encoded, warnings);
              }
            });
    return warnings;
  }

  private String encoded(FieldModel model, NavigableSet<String> indices) {
    return "["
        + LearnedSparseQueryBuilder.NAME
        + "] query: field ["
        + searched.field()
        + "] of "
        + (indices.size() == 1 ? "index " : "indices ")
        + names(indices)
        + " was encoded by model ["
        + model.encodedBy()
        + "]"
        + (model.digest() == null ? "" : " with digest [" + model.digest() + "]");
  }

  private static String names(NavigableSet<String> indices) {
    String names = indices.stream().limit(MAX_NAMES).collect(Collectors.joining(", "));
    int more = indices.size() - MAX_NAMES;
    return "[" + names + (more > 0 ? " and " + more + " more" : "") + "]";
  }

  /** The query names a model. */
  private void named(FieldModel model, String encoded, List<String> warnings) {
    String id = ids.get(searched.named());
    String present = digests.apply(id);
    boolean isOther =
        (model.digest() != null && present != null)
            ? model.differs(present)
            : id.equals(model.encodedBy()) == false;
    if (isOther) {
      warnings.add(
          encoded
              + ", and the query by ["
              + id
              + "]"
              + digest(present)
              + ", which it names: their weights may not fit together. Leave [model] out, or encode"
              + " the documents again");
    }
  }

  /** The field's model, most likely an alias, is another by now. */
  private void moved(FieldModel model, String encoded, List<String> warnings) {
    String id = ids.get(model.model());
    if (id == null || id.equals(model.encodedBy()) || model.equalsDigest(digests.apply(id))) {
      return;
    }
    warnings.add(
        encoded
            + ", and so is the query; the field's model ["
            + model.model()
            + "] is now ["
            + id
            + "]. Encode the documents again to use that one");
  }

  /** There is another model under the id. */
  private void changed(FieldModel model, String encoded, List<String> warnings) {
    String present = digests.apply(model.encodedBy());
    if (model.differs(present)) {
      warnings.add(
          encoded
              + ", and the query by what has this id now,"
              + digest(present)
              + ": their weights may not fit together. Bring the model's files back, or encode the"
              + " documents again");
    }
  }

  private static String digest(String digest) {
    return digest == null
        ? ""
        : " with digest ["
            + digest.substring(0, Math.min(FieldModel.DIGEST_DIGITS, digest.length()))
            + "]";
  }
}
