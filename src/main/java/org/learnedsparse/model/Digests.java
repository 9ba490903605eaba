package org.learnedsparse.model;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.elasticsearch.common.hash.MessageDigests;

/** SHA-256 in hexadecimal digits. */
public final class Digests {
  private Digests() {}

  /** Of some bytes. */
  public static String sha256(byte[] bytes) {
    return hex(MessageDigests.sha256().digest(bytes));
  }

  /** The digits of a digest. */
  public static String hex(byte[] digest) {
    return HexFormat.of().formatHex(digest);
  }

  /**
   * Of a model: its files' digests and names, in the names' order, as {@code sha256sum} prints.
   *
   * @param files digests by name, with slashes between folders
   */
  public static String ofModel(SortedMap<String, String> files) {
    MessageDigest digest = MessageDigests.sha256();
    for (Map.Entry<String, String> file : files.entrySet()) {
      String line = file.getValue() + "  " + file.getKey() + "\n";
      digest.update(line.getBytes(StandardCharsets.UTF_8));
    }
    return hex(digest.digest());
  }

  /**
   * Of a model in a folder: of all its files but those whose path has a name with a dot first, and
   * links that lead elsewhere, which no model reads.
   */
  static String ofFolder(Path folder) throws IOException {
    SortedMap<String, String> files = new TreeMap<>();
    Path real = folder.toRealPath();
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        String name = folder.relativize(file).toString().replace('\\', '/');
        if (name.startsWith(".") == false && name.contains("/.") == false && lies(file, real)) {
          files.put(name, ofFile(file));
        }
      }
    }
    return ofModel(files);
  }

  private static boolean lies(Path file, Path folder) {
    try {
      return file.toRealPath().startsWith(folder);
    } catch (IOException e) {
      // Elasticsearch's own answer, where a link leads to what it lets nobody read.
      return false;
    }
  }

  private static String ofFile(Path file) throws IOException {
    MessageDigest digest = MessageDigests.sha256();
    try (InputStream bytes = new DigestInputStream(Files.newInputStream(file), digest)) {
      bytes.transferTo(OutputStream.nullOutputStream());
    }
    return hex(digest.digest());
  }
}
