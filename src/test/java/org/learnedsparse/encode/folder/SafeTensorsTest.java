package org.learnedsparse.encode.folder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.platform.Fp16Conversions;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code -Dlearned_sparse.seed=} repeats a run. */
class SafeTensorsTest {
  private static final List<TensorType> TYPES = List.of(TensorType.values());

  @TempDir Path folder;

  private Path file() {
    return folder.resolve("t.safetensors");
  }

  private SafeTensors open() throws IOException {
    return SafeTensors.open("t.safetensors", file());
  }

  private SafeTensors open(String header, int dataBytes) throws IOException {
    SafeTensorsFile.write(file(), header, new byte[dataBytes]);
    return open();
  }

  private void assertRefused(String part, String header, int dataBytes) {
    String message = assertThrows(ModelException.class, () -> open(header, dataBytes)).getMessage();
    assertTrue(message.startsWith("[t.safetensors] "), message);
    assertTrue(message.contains(part), message);
    assertTrue(message.contains("again"), message);
  }

  private static String entry(String name, String type, String shape, long begin, long end) {
    return "\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
        .formatted(name, type, shape, begin, end);
  }

  @Test
  void randomTensorsComeBackAsTheyWereWritten() throws IOException {
    long seed = Long.getLong("learned_sparse.seed", new Random().nextLong());
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    for (int round = 0; round < 25; round++) {
      Map<String, float[]> expected = new LinkedHashMap<>();
      Map<String, long[]> shapes = new LinkedHashMap<>();
      List<String> header = new ArrayList<>();
      // 20,000 numbers are more than one chunk.
      ByteBuffer data = ByteBuffer.allocate(6 * 20_000 * 8).order(ByteOrder.LITTLE_ENDIAN);
      for (int t = random.nextInt(6); t >= 0; t--) {
        TensorType type = TYPES.get(random.nextInt(TYPES.size()));
        int rows = random.nextInt(4);
        long[] shape =
            random.nextInt(5) == 0 ? new long[0] : new long[] {rows, random.nextInt(5_000)};
        float[] values = new float[shape.length == 0 ? 1 : (int) (rows * shape[1])];
        int begin = data.position();
        for (int i = 0; i < values.length; i++) {
          values[i] = put(data, type, random);
        }
        String name = "tensor." + t + "é\\\"";
        expected.put("tensor." + t + "é\"", values);
        shapes.put("tensor." + t + "é\"", shape);
        header.add(
            entry(name, type.name(), Arrays.toString(shape), begin, data.position())
                .replace("é\\\\\"", "é\\\""));
      }
      Collections.shuffle(header, random);
      header.add(random.nextInt(header.size() + 1), "\"__metadata__\":{\"format\":\"pt\"}");
      String json = "{" + String.join(",", header) + "}" + " ".repeat(random.nextInt(9));
      SafeTensorsFile.write(file(), json, Arrays.copyOf(data.array(), data.position()));
      SafeTensors read = open();
      assertEquals(expected.keySet(), new HashSet<>(read.names()));
      for (String name : expected.keySet()) {
        assertArrayEquals(shapes.get(name), read.shape(name));
        assertArrayEquals(expected.get(name), read.floats(name), name);
      }
    }
  }

  /**
   * Writes any bits of a type, NaN and infinity among them, and gives the number they stand for.
   */
  private static float put(ByteBuffer data, TensorType type, Random random) {
    int bits = random.nextInt();
    switch (type) {
      case F64 -> {
        float value = Float.intBitsToFloat(bits);
        data.putDouble(value);
        return value;
      }
      case F32 -> {
        data.putInt(bits);
        return Float.intBitsToFloat(bits);
      }
      case F16 -> {
        data.putShort((short) bits);
        return Fp16Conversions.fp16ToFloat((short) bits);
      }
      case BF16 -> {
        // By definition the upper half of a float.
        data.putShort((short) (bits >>> 16));
        return Float.intBitsToFloat(bits & 0xFFFF_0000);
      }
    }
    throw new AssertionError(type);
  }

  /** Whatever is done to a file, it is read or refused: no other error, and no memory taken. */
  @Test
  void damagedFilesAreRefusedOrRead() throws IOException {
    long seed = Long.getLong("learned_sparse.seed", new Random().nextLong());
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    String header =
        "{" + entry("a", "F32", "[2,3]", 0, 24) + "," + entry("b", "F16", "[4]", 24, 32) + "}";
    SafeTensorsFile.write(file(), header, new byte[32]);
    byte[] good = Files.readAllBytes(file());
    int refused = 0;
    for (int i = 0; i < 3_000; i++) {
      byte[] bad = good.clone();
      for (int changes = random.nextInt(3); changes >= 0; changes--) {
        bad[random.nextInt(bad.length)] = (byte) random.nextInt();
      }
      Files.write(
          file(), random.nextInt(4) > 0 ? bad : Arrays.copyOf(bad, random.nextInt(bad.length)));
      try {
        SafeTensors read = open();
        for (String name : read.names()) {
          read.floats(name);
        }
      } catch (ModelException e) {
        assertTrue(e.getMessage().contains("[t.safetensors]"), e.getMessage());
        refused++;
      }
    }
    assertTrue(refused > 1_500, "only " + refused);
  }

  @Test
  void whatAFileClaimsIsCheckedBeforeMemoryIsTaken() throws IOException {
    byte[] length = new byte[8];
    for (long claim : new long[] {5L << 30, Long.MAX_VALUE, -1, 9}) {
      ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).putLong(claim);
      Files.write(file(), length);
      String message = assertThrows(ModelException.class, this::open).getMessage();
      assertTrue(
          message.contains("claims a header of [" + Long.toUnsignedString(claim) + "] bytes"),
          message);
    }
    // Files that are as large as they say, but sparse: they take no space.
    try (RandomAccessFile sparse = new RandomAccessFile(file().toFile(), "rw")) {
      sparse.setLength(5L << 30);
      ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).putLong(100_000_001);
      sparse.seek(0);
      sparse.write(length);
    }
    String header = assertThrows(ModelException.class, this::open).getMessage();
    assertTrue(header.contains("header of [100000001] bytes, more than"), header);
    long numbers = Runtime.getRuntime().maxMemory() / 4 / Float.BYTES + 1;
    byte[] json =
        ("{" + entry("a", "F32", "[" + numbers + "]", 0, numbers * 4) + "}")
            .getBytes(StandardCharsets.UTF_8);
    SafeTensorsFile.write(file(), json, new byte[0]);
    try (RandomAccessFile sparse = new RandomAccessFile(file().toFile(), "rw")) {
      sparse.setLength(8 + json.length + numbers * 4);
    }
    SafeTensors large = open();
    String tensor = assertThrows(ModelException.class, () -> large.floats("a")).getMessage();
    assertTrue(tensor.contains("[a] has [" + numbers + "] numbers; this node's heap"), tensor);
  }

  @Test
  void headersMustFitTheFile() {
    assertRefused("no JSON object", "[]", 0);
    assertRefused("no JSON object", "", 0);
    assertRefused("no JSON object", " {}", 0);
    assertRefused("not valid", "{", 0);
    assertRefused("not valid", "{}{}", 0);
    assertRefused("not valid", "{\"a\":1}", 0);
    assertRefused("not valid", "{a:{}}", 0);
    assertRefused("not valid", "{\"a\":{\"dtype\":[\"F32\"]}}", 0);
    assertRefused("not valid", "{\"__metadata__\":" + "[".repeat(100_000) + "}", 0);
    assertRefused("not valid", "{" + entry("a", "F32", "[99999999999999999999]", 0, 4) + "}", 4);
    assertRefused("needs [dtype]", "{\"a\":{\"dtype\":\"F32\",\"shape\":[]}}", 0);
    assertRefused(
        "needs [dtype]", "{\"a\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,4,8]}}", 4);
    assertRefused(
        "[a] twice",
        "{" + entry("a", "F32", "[]", 0, 4) + "," + entry("a", "F32", "[]", 4, 8) + "}",
        8);
    assertRefused("no integer from 0", "{" + entry("a", "F32", "[-1]", 0, 4) + "}", 4);
    assertRefused("no integer from 0", "{" + entry("a", "F32", "[\"1\"]", 0, 4) + "}", 4);
    assertRefused("no integer from 0", "{" + entry("a", "F32", "[1]", -4, 0) + "}", 4);
    assertRefused("has [4] bytes, not [8]", "{" + entry("a", "F32", "[2]", 0, 4) + "}", 4);
    assertRefused("has [-4] bytes", "{" + entry("a", "F32", "[2]", 4, 0) + "}", 4);
    assertRefused(
        "beyond all bounds", "{" + entry("a", "F32", "[4294967296,4294967296]", 0, 0) + "}", 0);
    assertRefused("claims bytes [0] to [8] of [4]", "{" + entry("a", "F32", "[2]", 0, 8) + "}", 4);
    assertRefused("claims bytes [4] to [0]", "{" + entry("a", "U8", "[2]", 4, 0) + "}", 4);
    assertRefused(
        "must begin at [4]",
        "{" + entry("a", "F32", "[]", 0, 4) + "," + entry("b", "F32", "[]", 2, 6) + "}",
        6);
    assertRefused(
        "must begin at [4]",
        "{" + entry("a", "F32", "[]", 0, 4) + "," + entry("b", "F32", "[]", 8, 12) + "}",
        12);
    assertRefused("[4] bytes, but [5] follow", "{" + entry("a", "F32", "[]", 0, 4) + "}", 5);
  }

  @Test
  void notUtf8IsRefused() throws IOException {
    byte[] header = "{\"a\":{}}".getBytes(StandardCharsets.UTF_8);
    header[2] = (byte) 0xFF;
    SafeTensorsFile.write(file(), header, new byte[0]);
    String message = assertThrows(ModelException.class, this::open).getMessage();
    assertTrue(message.contains("not valid"), message);
  }

  @Test
  void tensorsOfOtherTypesAreNamedButNotRead() throws IOException {
    SafeTensors read =
        open(
            "{" + entry("ids", "I64", "[1]", 0, 8) + "," + entry("w", "F32", "[1]", 8, 12) + "}",
            12);
    assertArrayEquals(new long[] {1}, read.shape("ids"));
    String type = assertThrows(ModelException.class, () -> read.floats("ids")).getMessage();
    assertEquals(
        "[t.safetensors]: tensor [ids] is of type [I64]; save it as one of [F64, F32, F16, BF16]",
        type);
    String missing = assertThrows(ModelException.class, () -> read.shape("weight")).getMessage();
    assertEquals("[t.safetensors] has no tensor [weight]; its tensors are [ids, w]", missing);
  }

  @Test
  void doublesBeyondFloatsAreRefusedNotMadeInfinite() throws IOException {
    SafeTensorsFile.write(
        file(),
        "{" + entry("a", "F64", "[2]", 0, 16) + "}",
        ByteBuffer.allocate(16)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putDouble(Double.NEGATIVE_INFINITY)
            .putDouble(1e39)
            .array());
    SafeTensors read = open();
    String message = assertThrows(ModelException.class, () -> read.floats("a")).getMessage();
    assertTrue(message.contains("[1.0E39] is too large"), message);
  }
}
