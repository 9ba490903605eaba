package org.learnedsparse.bench;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Locale;
import org.learnedsparse.tools.node.Http;

/** What a benchmark measured, with the machine it ran on: as JSON, and as a table for people. */
public final class ResultFile {
  private final ObjectNode root = Http.JSON.createObjectNode();

  /**
   * @param program names the benchmark
   */
  public ResultFile(String program) throws IOException {
    root.put("program", program);
    root.put("date", LocalDate.now(ZoneOffset.UTC).toString());
    ObjectNode machine = root.putObject("machine");
    machine.put("cpu", Machine.cpu());
    machine.put("cores", Machine.cores());
    machine.put("memory_gb", Machine.memoryGigabytes());
    machine.put("os", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    machine.put("jdk", System.getProperty("java.vendor") + " " + Runtime.version());
    machine.put("load_average_before", Machine.loadAverage());
  }

  /** The JSON that will be written; the program adds its own objects. */
  public ObjectNode root() {
    return root;
  }

  /** One line on machine, JDK and date, in Markdown. */
  public String heading() {
    ObjectNode machine = (ObjectNode) root.get("machine");
    return String.format(
        Locale.ROOT,
        "%s, %d cores, %d GB; %s; %s; load average before the run %.2f",
        machine.get("cpu").asText(),
        machine.get("cores").asInt(),
        machine.get("memory_gb").asLong(),
        machine.get("jdk").asText(),
        root.get("date").asText(),
        machine.get("load_average_before").asDouble());
  }

  /**
   * Writes the JSON, and the table beside it under the same name with {@code .md}.
   *
   * @param table Markdown
   */
  public void write(Path json, String table) throws IOException {
    Path file = json.toAbsolutePath();
    Files.createDirectories(file.getParent());
    Files.writeString(
        file,
        Http.JSON.writer().with(SerializationFeature.INDENT_OUTPUT).writeValueAsString(root)
            + "\n");
    String name = file.getFileName().toString().replaceFirst("\\.json$", "") + ".md";
    Files.writeString(file.resolveSibling(name), table);
  }
}
