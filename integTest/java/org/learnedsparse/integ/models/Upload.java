package org.learnedsparse.integ.models;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.learnedsparse.tools.node.Http;

/** Uploads a model's folder over REST, as a user's script would. */
final class Upload {
  private final Path folder;
  private final String id;
  private final int partBytes;

  /**
   * @param partBytes in a part at the most
   */
  Upload(Path folder, String id, int partBytes) {
    this.folder = folder;
    this.id = id;
    this.partBytes = partBytes;
  }

  String path() {
    return "_learned_sparse/models/" + id;
  }

  /** Everything; returns the digest that the verification told. */
  String all(Http http) throws IOException {
    begin(http).orThrow();
    for (String file : files()) {
      for (int part = 1; part <= parts(file); part++) {
        put(http, file, part).orThrow();
      }
    }
    return verify(http).orThrow().body().path("digest").asText();
  }

  Http.Response begin(Http http) throws IOException {
    Path settings = folder.resolve("model.json");
    return http.request("PUT", path(), Files.exists(settings) ? Files.readString(settings) : null);
  }

  /** Names of the files, without {@code model.json}. */
  List<String> files() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> folder.relativize(file).toString().replace('\\', '/'))
          .filter(name -> name.equals("model.json") == false)
          .sorted()
          .toList();
    }
  }

  int parts(String file) throws IOException {
    return (int) Math.max(1, (Files.size(folder.resolve(file)) + partBytes - 1) / partBytes);
  }

  byte[] part(String file, int part) throws IOException {
    byte[] content = Files.readAllBytes(folder.resolve(file));
    return Arrays.copyOfRange(
        content, (part - 1) * partBytes, Math.min(content.length, part * partBytes));
  }

  Http.Response put(Http http, String file, int part) throws IOException {
    return put(http, file, part, part(file, part));
  }

  Http.Response put(Http http, String file, int part, byte[] content) throws IOException {
    return http.request(
        "PUT", path() + "/files/" + file + "?part=" + part + "&parts=" + parts(file), content);
  }

  Http.Response verify(Http http) throws IOException {
    Map<String, String> digests = new LinkedHashMap<>();
    for (String file : files()) {
      digests.put(file, sha256(Files.readAllBytes(folder.resolve(file))));
    }
    return http.request("POST", path() + "/_verify", Map.of("sha256", digests));
  }

  static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
