package org.learnedsparse.model.registry;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.SortedMap;
import org.elasticsearch.common.hash.MessageDigests;

/** SHA-256 in hexadecimal digits. */
public final class Digests {
  private Digests() {}

  /** Of some bytes. */
  public static String sha256(byte[] bytes) {
    return hex(MessageDigests.sha256().digest(bytes));
  }

  static String hex(byte[] digest) {
    return HexFormat.of().formatHex(digest);
  }

  /** Of a model: its files' digests and names, in the names' order, as {@code sha256sum} prints. */
  static String ofModel(SortedMap<String, FileDigest> files) {
    MessageDigest digest = MessageDigests.sha256();
    for (Map.Entry<String, FileDigest> file : files.entrySet()) {
      String line = file.getValue().sha256() + "  " + file.getKey() + "\n";
      digest.update(line.getBytes(StandardCharsets.UTF_8));
    }
    return hex(digest.digest());
  }
}
