package org.learnedsparse.bench.search.index;

import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.learnedsparse.bench.search.engine.Engine;

/**
 * An engine's index on disk.
 *
 * @param seconds what building it took, merges included, deletes not
 * @param peakHeapMegabytes the most heap that lived meanwhile, see {@link HeapWatch}
 * @param segments their number
 * @param bytes the size of all its files
 */
public record BuiltIndex(
    Engine engine,
    IndexPlan plan,
    Path folder,
    double seconds,
    double peakHeapMegabytes,
    int segments,
    long bytes) {
  private static final String FILE = "built.properties";
  private static final String SECONDS = "seconds";
  private static final String PEAK_HEAP = "peak_heap_megabytes";
  private static final String SEGMENTS = "segments";
  private static final String BYTES = "bytes";

  /** Opens it for searches. */
  public EngineIndex open() throws IOException {
    return new EngineIndex(engine, plan, folder);
  }

  /** Whether a folder holds an index that was built to its end. */
  static boolean isIn(Path folder) {
    return Files.exists(folder.resolve(FILE));
  }

  static BuiltIndex load(Engine engine, IndexPlan plan, Path folder) throws IOException {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(folder.resolve(FILE))) {
      properties.load(reader);
    }
    return new BuiltIndex(
        engine,
        plan,
        folder,
        Double.parseDouble(properties.getProperty(SECONDS)),
        Double.parseDouble(properties.getProperty(PEAK_HEAP)),
        Integer.parseInt(properties.getProperty(SEGMENTS)),
        Long.parseLong(properties.getProperty(BYTES)));
  }

  /** Marks the index as complete. */
  void save() throws IOException {
    Properties properties = new Properties();
    properties.setProperty(SECONDS, String.valueOf(seconds));
    properties.setProperty(PEAK_HEAP, String.valueOf(peakHeapMegabytes));
    properties.setProperty(SEGMENTS, String.valueOf(segments));
    properties.setProperty(BYTES, String.valueOf(bytes));
    try (Writer writer = Files.newBufferedWriter(folder.resolve(FILE))) {
      properties.store(writer, null);
    }
  }
}
