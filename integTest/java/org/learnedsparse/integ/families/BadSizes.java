package org.learnedsparse.integ.families;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.learnedsparse.integ.families.BadModel.Content;

/**
 * Models whose files are larger than a node's heap, or say so. The large ones are sparse: they take
 * no space on the disk.
 */
final class BadSizes {
  private static final long FIVE_GIGABYTES = 5L << 30;
  private static final String TENSORS = "table.safetensors";
  private static final String TABLE_OF_TENSORS = "{\"query\":{\"table\":\"" + TENSORS + "\"}}";

  private BadSizes() {}

  static List<BadModel> all() {
    return List.of(
        large("tokenizer.json"),
        large("model.json"),
        large("idf.json"),
        BadModel.of(
            "vocabulary-of-two-billion",
            BadGraphs.GOOD.and(
                "tokenizer.json",
                "{\"model\":{\"type\":\"WordPiece\",\"vocab\":{\"plant\":2000000000}}}"),
            "tokenizer.json",
            "2000000000"),
        BadModel.of(
            "vocabulary-below-zero",
            BadGraphs.GOOD.and(
                "tokenizer.json", "{\"model\":{\"type\":\"WordPiece\",\"vocab\":{\"plant\":-1}}}"),
            "tokenizer.json",
            "-1"),
        BadModel.of(
            "tensors-claim-5gb",
            BadGraphs.GOOD
                .and("model.json", TABLE_OF_TENSORS)
                .and(folder -> Files.write(folder.resolve(TENSORS), header(FIVE_GIGABYTES))),
            TENSORS,
            "[5368709120]"),
        BadModel.of(
            "tensors-have-5gb",
            BadGraphs.GOOD
                .and("model.json", TABLE_OF_TENSORS)
                .and(folder -> Files.write(folder.resolve(TENSORS), header(FIVE_GIGABYTES)))
                .and(extend(TENSORS, FIVE_GIGABYTES + 8)),
            TENSORS,
            "[5368709120]"),
        BadModel.of(
            "tensors-cut-off",
            BadGraphs.GOOD.and("model.json", TABLE_OF_TENSORS).and(TENSORS, "\2\0\0\0\0\0\0\0{"),
            TENSORS,
            "again"));
  }

  /** A text of zeros, which a parser would take onto the heap until there is none left. */
  private static BadModel large(String file) {
    return BadModel.of(
        file.replace('.', '-') + "-of-5gb",
        BadGraphs.GOOD.and(file, "{\"").and(extend(file, FIVE_GIGABYTES)),
        file);
  }

  private static byte[] header(long length) {
    return ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(length).array();
  }

  private static Content extend(String file, long length) {
    return folder -> extend(folder.resolve(file), length);
  }

  private static void extend(Path file, long length) throws IOException {
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(length);
    }
  }
}
