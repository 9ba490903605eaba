package org.learnedsparse.models;

import org.learnedsparse.encode.NativeLibraries;
import org.learnedsparse.tools.node.Repository;

/** ONNX Runtime and the tokenizers library as the build unpacked them for this machine. */
final class Natives {
  private Natives() {}

  /** Must run before the first use of either. */
  static void use() {
    NativeLibraries.use(
        Repository.root().resolve("target/native").resolve(NativeLibraries.platform()));
  }
}
