package org.learnedsparse.integ.families;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.learnedsparse.integ.families.BadModel.Content;

/** Models whose graph keeps weights in a file that is missing, too short or not its own. */
final class BadExternalData {
  private BadExternalData() {}

  /**
   * @param outside a folder beside the models', whose {@code model.onnx} must not be reached
   */
  static List<BadModel> all(Path outside) {
    String above = "../../" + outside.getFileName() + "/model.onnx";
    return List.of(
        bad("missing", BadGraphs.external("location", "weights.bin"), "weights.bin", "missing"),
        bad("outside", BadGraphs.external("location", above), above, "outside the model's folder"),
        bad(
            "absolute",
            BadGraphs.external("location", outside.resolve("model.onnx").toString()),
            outside.toString(),
            "absolute"),
        bad(
            "link",
            BadGraphs.external("location", "weights.bin")
                .and(
                    folder ->
                        Files.createSymbolicLink(
                            folder.resolve("weights.bin"), outside.resolve("model.onnx"))),
            "weights.bin",
            "outside the model's folder"),
        bad(
            "short",
            BadGraphs.external("location", "weights.bin", "offset", "4", "length", "544")
                .and("weights.bin", "short"),
            "weights.bin",
            "[5] bytes"),
        bad(
            "in-memory",
            BadGraphs.external("location", "*/_ORT_MEM_ADDR_/*", "offset", "8", "length", "544"),
            "address in memory"));
  }

  private static BadModel bad(String id, Content external, String... message) {
    String[] all = new String[message.length + 1];
    all[0] = "[" + BadGraphs.GRAPH + "]";
    System.arraycopy(message, 0, all, 1, message.length);
    return BadModel.of("external-data-" + id, BadGraphs.GOOD.and(external), all);
  }
}
