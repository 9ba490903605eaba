package org.learnedsparse.encode.graph;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.learnedsparse.encode.folder.ModelException;
import org.learnedsparse.encode.folder.ModelFiles;
import org.learnedsparse.encode.folder.Route;
import org.learnedsparse.encode.text.Vocabulary;

/** The names of a sparse vector's dimensions. */
interface Dimensions {
  /** How many there are; {@link Integer#MAX_VALUE} where every number is a name. */
  int size();

  /** The name of a dimension; null if it has none. */
  String term(int dimension);

  /** Whether a dimension is a special token, such as [CLS]. */
  default boolean isSpecial(int dimension) {
    return false;
  }

  /**
   * The names that a route's {@code terms} ask for.
   *
   * @throws ModelException if the file with the names cannot be used
   */
  static Dimensions of(Path folder, String terms, Vocabulary vocabulary) throws IOException {
    return switch (terms) {
      case Route.SparseHead.TOKENS -> new Tokens(vocabulary);
      case Route.SparseHead.NUMBERS -> new Numbers();
      default -> new Listed(names(folder, terms));
    };
  }

  private static List<String> names(Path folder, String file) throws IOException {
    List<String> names;
    if (file.endsWith(".json")) {
      if (ModelFiles.json(folder, file) instanceof JsonArray array) {
        names =
            StreamSupport.stream(array.spliterator(), false).map(JsonElement::getAsString).toList();
      } else {
        throw new ModelException("[" + file + "] holds no JSON array of terms");
      }
    } else {
      names = ModelFiles.lines(folder, file);
    }
    Set<String> seen = new HashSet<>();
    for (String name : names) {
      if (name.isEmpty() || seen.add(name) == false) {
        throw new ModelException(
            "[" + file + "] has the term [" + name + "] twice, or without a letter; names differ");
      }
    }
    return names;
  }

  /** The tokenizer's tokens. */
  record Tokens(Vocabulary vocabulary) implements Dimensions {
    @Override
    public int size() {
      return vocabulary.size();
    }

    @Override
    public String term(int dimension) {
      return vocabulary.token(dimension);
    }

    @Override
    public boolean isSpecial(int dimension) {
      return vocabulary.isSpecial(dimension);
    }
  }

  /** Numbers, for dimensions that mean nothing by themselves. */
  record Numbers() implements Dimensions {
    @Override
    public int size() {
      return Integer.MAX_VALUE;
    }

    @Override
    public String term(int dimension) {
      return Integer.toString(dimension);
    }
  }

  /** Names from a file. */
  record Listed(List<String> names) implements Dimensions {
    @Override
    public int size() {
      return names.size();
    }

    @Override
    public String term(int dimension) {
      return dimension < names.size() ? names.get(dimension) : null;
    }
  }
}
