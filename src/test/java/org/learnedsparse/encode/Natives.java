package org.learnedsparse.encode;

import java.nio.file.Path;

/** Points the tests at the natives that the build unpacked. */
public final class Natives {
  private Natives() {}

  /** To be called before a model is loaded. */
  public static void use() {
    NativeLibraries.use(Path.of(System.getProperty("learned_sparse.native")));
  }
}
