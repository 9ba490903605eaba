package org.learnedsparse.model.registry;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.learnedsparse.model.Digests;

/**
 * A model in the registry.
 *
 * @param upload number of the upload that its parts belong to
 * @param settings the text of {@code model.json}; empty for none
 * @param digest of all its files; null until it is verified
 * @param files its files, {@code model.json} among them; empty until it is verified
 * @param version of its document
 */
public record StoredModel(
    String id,
    String upload,
    String settings,
    String digest,
    SortedMap<String, FileDigest> files,
    Version version) {

  /** A document's version, for updates that must not overwrite another's. */
  public record Version(long seqNo, long primaryTerm) {}

  /** Whether it is whole, and may be used. */
  public boolean isVerified() {
    return digest != null;
  }

  /** Its length in all; 0 until it is verified. */
  public long bytes() {
    return files.values().stream().mapToLong(FileDigest::bytes).sum();
  }

  StoredModel verified(SortedMap<String, FileDigest> verifiedFiles) {
    SortedMap<String, String> digests = new TreeMap<>();
    verifiedFiles.forEach((name, file) -> digests.put(name, file.sha256()));
    return new StoredModel(id, upload, settings, Digests.ofModel(digests), verifiedFiles, version);
  }

  Map<String, Object> toSource() {
    Map<String, Object> source = new LinkedHashMap<>();
    source.put("kind", "model");
    source.put("model", id);
    source.put("upload", upload);
    source.put("settings", settings);
    if (isVerified()) {
      source.put("digest", digest);
      Map<String, Object> names = new LinkedHashMap<>();
      files.forEach(
          (name, file) -> names.put(name, Map.of("bytes", file.bytes(), "sha256", file.sha256())));
      source.put("files", names);
    }
    return source;
  }

  @SuppressWarnings("unchecked")
  static StoredModel fromSource(Map<String, Object> source, Version version) {
    SortedMap<String, FileDigest> files = new TreeMap<>();
    Map<String, Map<String, Object>> names =
        (Map<String, Map<String, Object>>) source.getOrDefault("files", Map.of());
    names.forEach(
        (name, file) ->
            files.put(
                name,
                new FileDigest(
                    ((Number) file.get("bytes")).longValue(), (String) file.get("sha256"))));
    return new StoredModel(
        (String) source.get("model"),
        (String) source.get("upload"),
        (String) source.get("settings"),
        (String) source.get("digest"),
        files,
        version);
  }
}
