package org.learnedsparse.encode;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.learnedsparse.encode.folder.ModelException;

/**
 * Points ONNX Runtime and the tokenizers library at natives that lie unpacked on disk, so that
 * neither writes copies of its own elsewhere. Must run before the first use of either.
 */
public final class NativeLibraries {
  private NativeLibraries() {}

  /**
   * This machine's platform, as the folders below {@code native/} are named: {@code linux-x86_64}.
   */
  public static String platform() {
    String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    String arch = System.getProperty("os.arch");
    String family = os.startsWith("windows") ? "windows" : os.startsWith("mac") ? "osx" : "linux";
    return family + "-" + (arch.equals("amd64") ? "x86_64" : arch);
  }

  /**
   * Uses the natives in {@code directory}.
   *
   * @throws ModelException if this platform's are not there
   */
  public static void use(Path directory) {
    Path tokenizers = directory.resolve(System.mapLibraryName("tokenizers"));
    Path onnxRuntime = directory.resolve(System.mapLibraryName("onnxruntime"));
    for (Path library : new Path[] {tokenizers, onnxRuntime}) {
      if (Files.isRegularFile(library) == false) {
        throw new ModelException(
            "the native library ["
                + library
                + "] is missing; this plugin was built for another platform: build it with"
                + " -Dplatform="
                + platform()
                + " or -Dplatform=all");
      }
    }
    System.setProperty("onnxruntime.native.path", directory.toAbsolutePath().toString());
    System.setProperty("RUST_LIBRARY_PATH", tokenizers.toAbsolutePath().toString());
  }
}
