package org.learnedsparse.model.registry;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.not;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.lucene.tests.util.LuceneTestCase;
import org.elasticsearch.ElasticsearchStatusException;
import org.elasticsearch.ResourceNotFoundException;
import org.elasticsearch.action.support.PlainActionFuture;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.core.TimeValue;
import org.elasticsearch.plugins.Plugin;
import org.elasticsearch.rest.RestStatus;
import org.elasticsearch.test.ESSingleNodeTestCase;
import org.elasticsearch.test.hamcrest.ElasticsearchAssertions;
import org.learnedsparse.TestPlugin;
import org.learnedsparse.encode.EncodedText;
import org.learnedsparse.encode.Mode;
import org.learnedsparse.model.Digests;
import org.learnedsparse.model.ModelService;
import org.learnedsparse.model.TinyModels;
import org.learnedsparse.tools.onnx.TinyModel;
import org.learnedsparse.vector.SparseVector;

/** The registry over a real system index, and what a node keeps of it. */
@LuceneTestCase.SuppressFileSystems("ExtrasFS") // files are counted
public class ModelRegistryTests extends ESSingleNodeTestCase {
  private static final String TEXT = "plants make energy";

  @Override
  protected Collection<Class<? extends Plugin>> getPlugins() {
    return List.of(TestPlugin.class);
  }

  private ModelRegistry registry() {
    return getInstanceFromNode(ModelRegistry.class);
  }

  /** Uploads a model, as the requests do; returns its bytes. */
  private long upload(ModelRegistry registry, String id, long seed) throws Exception {
    Path folder = createTempDir();
    new TinyModel(seed).writeSplade(folder);
    StoredModel model = begin(registry, id);
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        String name = folder.relativize(file).toString();
        if (name.equals(FileNames.SETTINGS) == false) {
          put(registry, model, name, Files.readAllBytes(file));
        }
      }
    }
    return registry.verify(model, Map.of(), tried -> {}).bytes();
  }

  private static StoredModel begin(ModelRegistry registry, String id) {
    assertTrue(registry.store().create(id, "{\"max_length\": 16}"));
    return registry.store().find(id).orElseThrow();
  }

  private static void put(ModelRegistry registry, StoredModel model, String name, byte[] content) {
    FilePart part = new FilePart(name, 1, 1, content.length, Digests.sha256(content));
    assertTrue(registry.store().put(model, part, content));
  }

  /** What other nodes do that this one is not told. */
  private static void delete(ModelRegistry registry, String id) {
    registry.store().delete(registry.store().find(id).orElseThrow());
  }

  private static SparseVector encode(ModelService models, String id) {
    PlainActionFuture<List<EncodedText>> encoded = new PlainActionFuture<>();
    models.encode(id, Mode.DOCUMENT, List.of(TEXT), encoded);
    return encoded.actionGet(TimeValue.timeValueSeconds(30)).get(0).vector();
  }

  private static List<Path> files(Path folder) throws IOException {
    if (Files.notExists(folder)) {
      return List.of();
    }
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile).toList();
    }
  }

  public void testWhatWasDeletedOrReplacedElsewhereIsForgotten() throws Exception {
    ModelRegistry registry = registry();
    ModelService models = getInstanceFromNode(ModelService.class);
    CopyCheck check = getInstanceFromNode(CopyCheck.class);
    check.run();
    for (String id : List.of("kept", "deleted", "replaced")) {
      upload(registry, id, 1);
      encode(models, id);
    }
    SparseVector first = encode(models, "replaced");
    check.run();
    for (String id : List.of("kept", "deleted", "replaced")) {
      assertTrue(id, models.isLoaded(id));
    }
    delete(registry, "deleted");
    delete(registry, "replaced");
    upload(registry, "replaced", 2);
    // Nobody has told the node.
    assertEquals(first, encode(models, "replaced"));
    Path copy = registry.find("kept").orElseThrow().folder();
    Path copies = copy.getParent().getParent();
    List<Path> outdated = files(copies.resolve("replaced"));
    assertThat(outdated, not(empty()));

    check.run();
    assertTrue(models.isLoaded("kept"));
    assertTrue(Files.isDirectory(copy));
    assertFalse(models.isLoaded("deleted"));
    assertThat(files(copies.resolve("deleted")), empty());
    expectThrows(ResourceNotFoundException.class, () -> encode(models, "deleted"));
    assertFalse(models.isLoaded("replaced"));
    for (Path file : outdated) {
      assertTrue(file.toString(), Files.notExists(file));
    }
    assertNotEquals(first, encode(models, "replaced"));
    check.run();
    assertTrue(models.isLoaded("replaced"));
    assertEquals(Map.of(), registry.outdated());

    // The whole index is gone, as after a reset of the plugin's state.
    ElasticsearchAssertions.assertAcked(
        client().admin().indices().prepareDelete(RegistryIndex.NAME));
    assertEquals(Set.of("kept", "replaced"), registry.outdated().keySet());
    check.run();
    assertFalse(models.isLoaded("kept"));
    assertThat(files(copies), empty());
  }

  public void testAFullDiskLeavesNoHalfCopyAndTheNextUseTriesAgain() throws Exception {
    long bytes = upload(registry(), "large", 3);
    Path folder = createTempDir();
    FullDisk disk = FullDisk.of(folder);
    ModelRegistry registry = new ModelRegistry(client(), disk.path(folder).resolve("copies"));
    try (TinyModels node = new TinyModels(createTempDir(), Settings.EMPTY, registry)) {
      for (long room : new long[] {0, bytes / 2, bytes - 1}) {
        disk.room(room);
        Exception failure =
            expectThrows(
                ElasticsearchStatusException.class,
                () -> node.encode("large", Mode.DOCUMENT, TEXT));
        assertFull(failure, "large");
        assertThat(files(folder), empty());
      }
      disk.room(bytes);
      assertNotEquals(SparseVector.EMPTY, node.encode("large", Mode.DOCUMENT, TEXT));
      assertEquals(bytes, bytes(folder));
    }
  }

  public void testAFullDiskDoesNotVerifyAndTheNextAttemptDoes() throws Exception {
    Path folder = createTempDir();
    FullDisk disk = FullDisk.of(folder);
    ModelRegistry registry = new ModelRegistry(client(), disk.path(folder).resolve("copies"));
    StoredModel model = begin(registry, "unverified");
    put(registry, model, "a.bin", randomByteArrayOfLength(1000));
    disk.room(999);
    assertFull(
        expectThrows(
            ElasticsearchStatusException.class,
            () -> registry.verify(model, Map.of(), tried -> fail("half a model"))),
        "unverified");
    assertThat(files(folder), empty());
    assertFalse(registry.store().find("unverified").orElseThrow().isVerified());
    disk.room(Long.MAX_VALUE);
    assertTrue(registry.verify(model, Map.of(), tried -> {}).isVerified());
    assertThat(files(folder), empty());
  }

  private static void assertFull(Exception failure, String id) {
    assertEquals(
        RestStatus.INSUFFICIENT_STORAGE, ((ElasticsearchStatusException) failure).status());
    assertThat(failure.getMessage(), containsString("[" + id + "]"));
    assertThat(failure.getMessage(), containsString("No space left on device"));
    assertThat(failure.getMessage(), containsString("is the disk full?"));
  }

  private static long bytes(Path folder) throws IOException {
    long bytes = 0;
    for (Path file : files(folder)) {
      bytes += Files.size(file);
    }
    return bytes;
  }
}
