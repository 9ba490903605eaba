package org.learnedsparse.model;

import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * Other names of models.
 *
 * @param targets ids of models by alias
 * @param digests those of uploaded and verified models among the targets, and among models that
 *     have an alias's name; by id
 */
public record ModelAliases(NavigableMap<String, String> targets, Map<String, String> digests) {
  private static final Logger LOGGER = LogManager.getLogger(ModelAliases.class);

  /** The id of the model that a name stands for: the name itself where it is no alias. */
  public String resolve(String name) {
    return targets.getOrDefault(name, name);
  }

  /**
   * Without those whose name is a model's too, and without the digests of uploaded models whose id
   * is a folder's too: the model counts, and the folder.
   *
   * @param folders ids of the models in a node's folders
   */
  ModelAliases without(Set<String> folders) {
    NavigableMap<String, String> left = new TreeMap<>(targets);
    for (String alias : targets.keySet()) {
      if (folders.contains(alias) || digests.containsKey(alias)) {
        LOGGER.warn(
            "alias [{}] of model [{}] has the name of a model, which is used instead; remove the"
                + " alias, or give one of them another name",
            alias,
            left.remove(alias));
      }
    }
    Map<String, String> used = new HashMap<>(digests);
    used.keySet().removeAll(folders);
    return new ModelAliases(left, used);
  }
}
