package org.learnedsparse.model;

import java.io.IOException;
import java.nio.file.Path;
import java.util.NavigableSet;
import java.util.Optional;
import org.elasticsearch.action.ActionListener;

/** Where models come from that lie in none of the node's own folders, and their other names. */
public interface ModelSource {
  /** The ids of the models that it has. May block. */
  NavigableSet<String> ids();

  /**
   * A model.
   *
   * @param folder with its files, on this node
   * @param digest SHA-256 of them; null if nobody took it
   */
  record Found(Path folder, String digest) {}

  /** Brings a model onto this node, if it was not; empty if there is no such model. May block. */
  Optional<Found> find(String id) throws IOException;

  /** Tells the aliases as they are now; returns at once. */
  void aliases(ActionListener<ModelAliases> listener);
}
