package org.learnedsparse.model;

import java.io.IOException;
import java.nio.file.Path;
import java.util.NavigableSet;
import java.util.Optional;

/** Where models come from that lie in none of the node's own folders. May block. */
public interface ModelSource {
  /** The ids of the models that it has. */
  NavigableSet<String> ids();

  /** A model's folder on this node; empty if there is no such model. */
  Optional<Path> folder(String id) throws IOException;
}
