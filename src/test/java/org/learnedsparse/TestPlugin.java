package org.learnedsparse;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.elasticsearch.core.PathUtils;
import org.elasticsearch.env.Environment;

/** The plugin as it would be installed, with what the build unpacked and the models it ships. */
public final class TestPlugin extends LearnedSparsePlugin {
  @Override
  protected Path installation(Environment environment) {
    return install(environment);
  }

  /** Makes a folder that looks like the installed plugin's, below the node's plugins. */
  public static Path install(Environment environment) {
    Path natives = PathUtils.get(System.getProperty("learned_sparse.native"));
    Path models = PathUtils.get(System.getProperty("learned_sparse.models"));
    Path installation = environment.pluginsDir().resolve("learned-sparse");
    try {
      Files.createDirectories(installation.resolve("models"));
      link(installation.resolve("native"), natives.getParent());
      link(installation.resolve("models").resolve("default"), models.resolve("default"));
      return installation;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void link(Path link, Path target) throws IOException {
    if (Files.exists(link) == false) {
      Files.createSymbolicLink(link, target);
    }
  }
}
