package org.learnedsparse.model.registry;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.elasticsearch.ElasticsearchException;
import org.elasticsearch.ElasticsearchStatusException;
import org.elasticsearch.ResourceNotFoundException;
import org.elasticsearch.action.ActionListener;
import org.elasticsearch.client.internal.Client;
import org.elasticsearch.common.util.set.Sets;
import org.elasticsearch.core.CheckedConsumer;
import org.elasticsearch.core.IOUtils;
import org.elasticsearch.rest.RestStatus;
import org.learnedsparse.model.ModelAliases;
import org.learnedsparse.model.ModelSource;

/**
 * The cluster's models, as one node sees them. A method waits for answers of the cluster, so it
 * needs a thread that may block, unless it takes a listener.
 */
public final class ModelRegistry implements ModelSource {
  /** A name of no model may be asked for by every document of a large request. */
  private static final long LISTED_FOR_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** What there was at a time. */
  private record Listed(long nanos, NavigableSet<String> ids) {}

  private final ModelStore store;
  private final AliasStore aliases;
  private final LocalCopies copies;
  private volatile Listed listed;

  /**
   * @param root where this node keeps its copies; what is in it is deleted
   */
  public ModelRegistry(Client client, Path root) throws IOException {
    this.store = new ModelStore(client);
    this.aliases = new AliasStore(client);
    this.copies = new LocalCopies(store, root);
  }

  /** The documents behind it. */
  public ModelStore store() {
    return store;
  }

  /** The models' other names. */
  public AliasStore aliases() {
    return aliases;
  }

  /**
   * Checks that a model may have an id.
   *
   * @throws ElasticsearchStatusException 409 if an alias has this name
   */
  public void checkNoAlias(String id) {
    String model = aliases.all().get(id);
    if (model != null) {
      throw new ElasticsearchStatusException(
          "[{}] is an alias of model [{}]; take another id, or remove the alias with"
              + " [POST _learned_sparse/models/_aliases]",
          RestStatus.CONFLICT,
          id,
          model);
    }
  }

  @Override
  public void aliases(ActionListener<ModelAliases> listener) {
    aliases.read(listener);
  }

  /**
   * A model, verified or not.
   *
   * @throws ResourceNotFoundException if there is none
   */
  public StoredModel require(String id) {
    return store
        .find(id)
        .orElseThrow(
            () ->
                new ResourceNotFoundException(
                    "there is no uploaded model [{}], and no upload of it has begun; begin with"
                        + " [PUT _learned_sparse/models/{}]. Models in a node's own folders are"
                        + " changed there",
                    id,
                    id));
  }

  /** Those that are verified, or were a moment ago. */
  @Override
  public NavigableSet<String> ids() {
    Listed known = listed;
    if (known == null || System.nanoTime() - known.nanos() > LISTED_FOR_NANOS) {
      known = new Listed(System.nanoTime(), verified());
      listed = known;
    }
    return known.ids();
  }

  private NavigableSet<String> verified() {
    return store.all().values().stream()
        .filter(StoredModel::isVerified)
        .map(StoredModel::id)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** A verified model, which is copied onto this node if it was not. */
  @Override
  public Optional<Found> find(String id) throws IOException {
    Optional<StoredModel> model = store.find(id).filter(StoredModel::isVerified);
    return model.isEmpty()
        ? Optional.empty()
        : Optional.of(new Found(copies.of(model.get()), model.get().digest()));
  }

  /**
   * Puts a model's parts together, compares the files with what they should be, and tries the
   * model; only then may it be used.
   *
   * @param expected digests by file name, in hexadecimal digits; files that are not named are not
   *     compared
   * @param trial fails if the folder holds no model that works
   * @throws IllegalArgumentException if a part is missing, or a digest is another
   */
  public StoredModel verify(
      StoredModel model, Map<String, String> expected, CheckedConsumer<Path, Exception> trial)
      throws Exception {
    Path folder = copies.beside(model.id());
    try {
      List<FilePart> parts = store.parts(model);
      if (parts.isEmpty()) {
        throw new IllegalArgumentException(
            "model [" + model.id() + "] has no files; upload them with [PUT …/files/{name}]");
      }
      SortedMap<String, FileDigest> files = copies.write(model, parts, folder);
      expected.forEach((name, sha256) -> compare(name, sha256, files));
      trial.accept(folder);
      StoredModel verified = model.verified(files);
      store.replace(verified);
      return verified;
    } finally {
      IOUtils.rm(folder);
    }
  }

  private static void compare(String name, String sha256, SortedMap<String, FileDigest> files) {
    FileDigest file = files.get(name);
    if (file == null) {
      throw new IllegalArgumentException(
          "[sha256] names the file ["
              + name
              + "], which was not uploaded; there are "
              + files.keySet());
    }
    if (file.sha256().equals(sha256.toLowerCase(Locale.ROOT)) == false) {
      throw new IllegalArgumentException(
          "["
              + name
              + "] has the SHA-256 ["
              + file.sha256()
              + "] and ["
              + file.bytes()
              + "] bytes, but should have ["
              + sha256
              + "]; delete the model and upload it again");
    }
  }

  /**
   * The digests of this node's copies of models that the registry does not have, or no longer as
   * they were copied; by id. Asks the registry only if there are copies.
   *
   * @throws ElasticsearchException if the registry cannot be read
   */
  SortedMap<String, Set<String>> outdated() throws IOException {
    NavigableMap<String, Set<String>> held = copies.held();
    if (held.isEmpty()) {
      return held;
    }
    Map<String, String> present = store.digests(held.keySet());
    SortedMap<String, Set<String>> outdated = new TreeMap<>();
    held.forEach(
        (id, digests) -> {
          Set<String> others = Sets.difference(digests, Set.of(present.getOrDefault(id, "")));
          if (others.isEmpty() == false) {
            outdated.put(id, others);
          }
        });
    return outdated;
  }

  /** Deletes this node's copy of a model with this digest. */
  void drop(String id, String digest) throws IOException {
    copies.drop(id, digest);
  }

  /** Deletes this node's copies of a model. */
  public void drop(String id) throws IOException {
    copies.drop(id);
  }
}
