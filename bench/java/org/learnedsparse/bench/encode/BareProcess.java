package org.learnedsparse.bench.encode;

import ai.onnxruntime.OrtException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.learnedsparse.encode.NativeLibraries;
import org.learnedsparse.tools.node.Repository;

/**
 * A bare session in a process of its own, which has loaded the graph once and nothing else, as the
 * node has: how fast a session is depends on where its weights came to lie, and one that is opened
 * after others were closed is faster by more than what is to be measured.
 */
final class BareProcess implements AutoCloseable {
  private final Process process;
  private final PrintWriter texts;
  private final BufferedReader times;

  BareProcess(Path graph, String output) throws IOException {
    process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dlearned_sparse.root=" + Repository.root(),
                "-cp",
                System.getProperty("java.class.path"),
                BareProcess.class.getName(),
                graph.toString(),
                output)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    texts = new PrintWriter(process.getOutputStream(), true, StandardCharsets.UTF_8);
    times =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  /** Runs one text; the milliseconds that the session took. */
  double run(long[] text) throws IOException {
    texts.println(Arrays.stream(text).mapToObj(Long::toString).collect(Collectors.joining(" ")));
    String nanos = times.readLine();
    if (nanos == null) {
      throw new IOException("the bare session's process has ended");
    }
    return Long.parseLong(nanos) / 1e6;
  }

  /** The process: a line of token ids in, the nanoseconds that they took out. */
  public static void main(String... arguments) throws IOException, OrtException {
    NativeLibraries.use(
        Repository.root().resolve("target/native").resolve(NativeLibraries.platform()));
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    try (BareLoop loop = new BareLoop(Path.of(arguments[0]), arguments[1])) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        long[] text = Arrays.stream(line.split(" ")).mapToLong(Long::parseLong).toArray();
        long start = System.nanoTime();
        loop.run(text);
        System.out.println(System.nanoTime() - start);
      }
    }
  }

  @Override
  public void close() {
    texts.close();
    process.destroy();
  }
}
