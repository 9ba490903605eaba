package org.learnedsparse.integ.families;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.learnedsparse.tools.node.Http;
import org.learnedsparse.tools.node.Repository;

/**
 * A family of encoders: a tiny model in its authors' layout, and what they make of some texts.
 *
 * @param name the folder's name, which is the model's id as well
 * @param parity the content of {@code parity.json}
 */
record Family(String name, JsonNode parity) {

  /** All families, by name. */
  static List<Family> all() throws IOException {
    try (Stream<Path> folders = Files.list(root())) {
      List<Path> files =
          folders
              .map(folder -> folder.resolve("parity.json"))
              .filter(Files::exists)
              .sorted()
              .toList();
      List<Family> families = new ArrayList<>();
      for (Path file : files) {
        String name = String.valueOf(file.getParent().getFileName());
        families.add(new Family(name, Http.JSON.readTree(file.toFile())));
      }
      return families;
    }
  }

  private static Path root() {
    return Repository.root().resolve("integTest/families");
  }

  /** The model's folder. */
  Path model() {
    return root().resolve(name).resolve("model");
  }

  /** How far a weight, or a component of a dense vector, may be off. */
  double tolerance() {
    return parity.get("tolerance").asDouble();
  }

  /** What a side's texts should give: objects of {@code text}, {@code weights}, {@code dense}. */
  JsonNode expected(String mode) {
    return parity.get(mode);
  }

  /** The settings that a side should show, each of them to be found in the folder. */
  JsonNode detected(String mode) {
    return parity.get("detected").get(mode);
  }

  @Override
  public String toString() {
    return name;
  }
}
