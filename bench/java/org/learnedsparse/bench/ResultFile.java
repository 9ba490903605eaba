package org.learnedsparse.bench;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.stream.Stream;
import org.learnedsparse.tools.node.Http;

/** What a benchmark measured, with the machine it ran on: as JSON, and as a table for people. */
public final class ResultFile {
  private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

  private final ObjectNode root = Http.JSON.createObjectNode();

  /**
   * @param program names the benchmark
   */
  public ResultFile(String program) throws IOException {
    root.put("program", program);
    root.put("date", LocalDate.now(ZoneOffset.UTC).toString());
    ObjectNode machine = root.putObject("machine");
    OperatingSystemMXBean system = system();
    machine.put("cpu", cpu());
    machine.put("cores", system.getAvailableProcessors());
    machine.put("memory_gb", Math.round(system.getTotalMemorySize() / 1e9));
    machine.put("os", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    machine.put("jdk", System.getProperty("java.vendor") + " " + Runtime.version());
    // Others' work on the machine: above 0.2 or so a core, absolute figures say little.
    machine.put("load_average_before", Math.round(system.getSystemLoadAverage() * 100) / 100.0);
  }

  /** The JSON that will be written; the program adds its own objects. */
  public ObjectNode root() {
    return root;
  }

  /** The processor time that this JVM has used, in seconds. */
  public static double processSeconds() {
    return system().getProcessCpuTime() / 1e9;
  }

  /** The cores of this machine. */
  public static int cores() {
    return system().getAvailableProcessors();
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

  private static OperatingSystemMXBean system() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
  }

  private static String cpu() throws IOException {
    if (Files.isReadable(CPU_INFO)) {
      try (Stream<String> lines = Files.lines(CPU_INFO)) {
        return lines
            .filter(line -> line.startsWith("model name"))
            .map(line -> line.substring(line.indexOf(':') + 1).strip())
            .findFirst()
            .orElse(System.getProperty("os.arch"));
      }
    }
    return System.getProperty("os.arch");
  }
}
