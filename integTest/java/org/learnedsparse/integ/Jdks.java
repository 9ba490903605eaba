package org.learnedsparse.integ;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** The JDKs that this machine has beside the one that runs the tests. */
public final class Jdks {

  private static final String PROPERTY = "learned_sparse.java25";
  private static final Path INSTALLED = Path.of("/usr/lib/jvm");

  /** What a skipped test says. */
  public static final String NO_JDK_25 =
      "no JDK 25 under " + INSTALLED + ": install one, or set -D" + PROPERTY + " to its home";

  private Jdks() {}

  /** The home of a JDK 25: the property {@code learned_sparse.java25}, else an installed one. */
  public static Optional<Path> jdk25() throws IOException {
    String home = System.getProperty(PROPERTY, "");
    if (home.isEmpty() == false) {
      if (isJdk25(Path.of(home)) == false) {
        throw new IOException(PROPERTY + " is [" + home + "], which is not the home of a JDK 25");
      }
      return Optional.of(Path.of(home));
    }
    if (Files.isDirectory(INSTALLED) == false) {
      return Optional.empty();
    }
    try (Stream<Path> homes = Files.list(INSTALLED)) {
      return homes.filter(Jdks::isJdk25).sorted().findFirst();
    }
  }

  private static boolean isJdk25(Path home) {
    Path release = home.resolve("release");
    try {
      return Files.exists(release)
          && Files.isExecutable(home.resolve("bin/java"))
          && Files.readString(release).contains("JAVA_VERSION=\"25");
    } catch (IOException e) {
      return false; // not ours to read, so not ours to run
    }
  }
}
