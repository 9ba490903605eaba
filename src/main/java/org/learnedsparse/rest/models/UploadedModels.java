package org.learnedsparse.rest.models;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.learnedsparse.model.registry.FilePart;
import org.learnedsparse.model.registry.ModelStore;
import org.learnedsparse.model.registry.StoredModel;

/** How answers show the registry's models. */
public final class UploadedModels {
  private UploadedModels() {}

  /** The state of a model, its digest and size once it is verified. */
  public static Map<String, Object> summary(StoredModel model) {
    Map<String, Object> summary = new LinkedHashMap<>();
    summary.put("state", model.isVerified() ? "verified" : "uploading");
    if (model.isVerified()) {
      summary.put("digest", model.digest());
      summary.put("bytes", model.bytes());
    }
    return summary;
  }

  /** The files of a verified model. */
  static Map<String, Object> files(StoredModel model) {
    Map<String, Object> files = new LinkedHashMap<>();
    model
        .files()
        .forEach(
            (name, file) ->
                files.put(name, Map.of("bytes", file.bytes(), "sha256", file.sha256())));
    return files;
  }

  /** What was uploaded so far, and what is missing. */
  public static Map<String, Object> progress(ModelStore store, StoredModel model) {
    Map<String, List<FilePart>> files = new TreeMap<>();
    for (FilePart part : store.parts(model)) {
      files.computeIfAbsent(part.file(), name -> new ArrayList<>()).add(part);
    }
    Map<String, Object> progress = new LinkedHashMap<>();
    files.forEach(
        (name, parts) -> {
          Map<String, Object> file = new LinkedHashMap<>();
          file.put("bytes", parts.stream().mapToLong(FilePart::bytes).sum());
          file.put("parts", parts.get(0).parts());
          file.put("uploaded", parts.stream().map(FilePart::part).toList());
          progress.put(name, file);
        });
    return progress;
  }
}
