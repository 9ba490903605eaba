package org.learnedsparse.encode.folder;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.SparseTensorProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TrainingInfoProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import com.google.protobuf.UnknownFieldSet;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code -Dlearned_sparse.seed=} repeats a run. */
class ExternalDataTest {
  private static final Map<OnnxMessage, Descriptor> MESSAGES =
      Map.of(
          OnnxMessage.MODEL, ModelProto.getDescriptor(),
          OnnxMessage.GRAPH, GraphProto.getDescriptor(),
          OnnxMessage.TRAINING, TrainingInfoProto.getDescriptor(),
          OnnxMessage.FUNCTION, FunctionProto.getDescriptor(),
          OnnxMessage.NODE, NodeProto.getDescriptor(),
          OnnxMessage.ATTRIBUTE, AttributeProto.getDescriptor(),
          OnnxMessage.SPARSE_TENSOR, SparseTensorProto.getDescriptor(),
          OnnxMessage.TENSOR, TensorProto.getDescriptor(),
          OnnxMessage.EXTERNAL_DATA, StringStringEntryProto.getDescriptor());

  @TempDir Path parent;

  private Path folder() {
    return parent.resolve("model");
  }

  private Path graph() {
    return folder().resolve("onnx/model.onnx");
  }

  private void write(Message model) throws IOException {
    Files.createDirectories(graph().getParent());
    try (OutputStream out = Files.newOutputStream(graph())) {
      model.writeTo(out);
    }
  }

  private void check() throws IOException {
    ExternalData.check(folder(), graph());
  }

  private void assertRefused(String... parts) {
    String message = assertThrows(ModelException.class, this::check).getMessage();
    assertTrue(message.startsWith("[onnx/model.onnx] "), message);
    for (String part : parts) {
      assertTrue(message.contains(part), message);
    }
  }

  private static TensorProto tensor(String... keysAndValues) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setName("t")
            .addDims(3)
            .addFloatData(1)
            .addInt64Data(1 << 20)
            .setDataLocation(TensorProto.DataLocation.EXTERNAL);
    for (int i = 0; i < keysAndValues.length; i += 2) {
      tensor.addExternalDataBuilder().setKey(keysAndValues[i]).setValue(keysAndValues[i + 1]);
    }
    return tensor.build();
  }

  private static ModelProto model(TensorProto tensor) {
    return ModelProto.newBuilder()
        .setIrVersion(8)
        .setProducerName("test")
        .setGraph(GraphProto.newBuilder().setName("g").addInitializer(tensor))
        .build();
  }

  private static ModelProto model(String location) {
    return model(tensor("location", location));
  }

  /** Every field that leads to external data is followed, and no other. */
  @Test
  void fieldsAreThoseOfOnnx() {
    MESSAGES.forEach(
        (message, descriptor) -> {
          for (FieldDescriptor field : descriptor.getFields()) {
            OnnxMessage expected = null;
            if (message != OnnxMessage.EXTERNAL_DATA
                && field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
              Descriptor type = field.getMessageType();
              // Strings in pairs are external data in a tensor's field of that name alone.
              boolean other =
                  type.equals(StringStringEntryProto.getDescriptor())
                      && field.getName().equals("external_data") == false;
              expected =
                  MESSAGES.entrySet().stream()
                      .filter(entry -> other == false && entry.getValue().equals(type))
                      .map(Map.Entry::getKey)
                      .findAny()
                      .orElse(null);
            }
            assertEquals(expected, message.in(field.getNumber()), field.getFullName());
          }
          assertNull(message.in(1000));
        });
    assertEquals(TensorProto.DATA_LOCATION_FIELD_NUMBER, OnnxMessage.TENSOR_DATA_LOCATION);
    assertEquals(StringStringEntryProto.KEY_FIELD_NUMBER, OnnxMessage.EXTERNAL_DATA_KEY);
    assertEquals(StringStringEntryProto.VALUE_FIELD_NUMBER, OnnxMessage.EXTERNAL_DATA_VALUE);
  }

  /**
   * Wherever a tensor hides: a random way from the model down to it, through fields that the
   * descriptors tell, not the code under test.
   */
  @Test
  void tensorsAreFoundWhereverTheyAre() throws IOException {
    long seed = Long.getLong("learned_sparse.seed", new Random().nextLong());
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    for (int i = 0; i < 300; i++) {
      List<String> way = new ArrayList<>();
      write(hide(ModelProto.getDescriptor(), random, 0, way));
      String message = assertThrows(ModelException.class, this::check, way::toString).getMessage();
      assertTrue(message.contains("[/hidden]"), () -> way + ": " + message);
    }
  }

  private static Message hide(Descriptor type, Random random, int depth, List<String> way) {
    if (type.equals(TensorProto.getDescriptor())) {
      return tensor("checksum", "x", "location", "/hidden");
    }
    List<FieldDescriptor> inner =
        type.getFields().stream()
            .filter(field -> field.getJavaType() == FieldDescriptor.JavaType.MESSAGE)
            .filter(field -> MESSAGES.containsValue(field.getMessageType()))
            .filter(
                field ->
                    field.getMessageType().equals(StringStringEntryProto.getDescriptor()) == false)
            // Deep enough: the straight way.
            .filter(
                field ->
                    depth < 10
                        || type.equals(GraphProto.getDescriptor()) == false
                        || field.getMessageType().equals(TensorProto.getDescriptor()))
            .toList();
    FieldDescriptor field = inner.get(random.nextInt(inner.size()));
    way.add(field.getName());
    Message content = hide(field.getMessageType(), random, depth + 1, way);
    Message.Builder builder =
        DynamicMessage.newBuilder(type)
            .setUnknownFields(
                UnknownFieldSet.newBuilder()
                    .addField(
                        1000,
                        UnknownFieldSet.Field.newBuilder()
                            .addVarint(-1)
                            .addFixed32(-1)
                            .addFixed64(-1)
                            .addLengthDelimited(ByteString.copyFrom(new byte[10_000]))
                            .build())
                    .build());
    if (field.isRepeated()) {
      builder.addRepeatedField(field, content);
    } else {
      builder.setField(field, content);
    }
    return builder.build();
  }

  @Test
  void dataInsideTheFolderIsAccepted() throws IOException {
    write(model("model.onnx_data"));
    Files.write(folder().resolve("onnx/model.onnx_data"), new byte[100]);
    assertDoesNotThrow(this::check);
    write(model(tensor("location", "model.onnx_data", "offset", "40", "length", "60")));
    assertDoesNotThrow(this::check);
    write(model(tensor("location", "../weights/ü")));
    Files.createDirectory(folder().resolve("weights"));
    Files.write(folder().resolve("weights/ü"), new byte[1]);
    assertDoesNotThrow(this::check);
    write(model(TensorProto.newBuilder().addFloatData(1).build()));
    assertDoesNotThrow(this::check);
  }

  @Test
  void dataOutsideTheFolderIsRefused() throws IOException {
    Path secret = Files.write(parent.resolve("secret"), new byte[100]);
    Files.createDirectories(graph().getParent());
    Files.createSymbolicLink(graph().resolveSibling("link"), secret);
    Files.createSymbolicLink(graph().resolveSibling("up"), parent);
    Files.createDirectory(parent.resolve("model2"));
    Files.write(parent.resolve("model2/data"), new byte[1]);
    for (String location :
        new String[] {"../../secret", "../../nothing", "link", "up/secret", "../../model2/data"}) {
      write(model(location));
      assertRefused("[" + location + "]", "outside the model's folder", "copy the data into");
    }
    for (String location :
        new String[] {secret.toString(), "/", "C:\\data", "\\\\host\\share", "c:/data"}) {
      write(model(location));
      assertRefused("[" + location + "], which is absolute", "export the graph");
    }
  }

  @Test
  void addressesInMemoryAreRefused() throws IOException {
    write(model("x"));
    // Even where there is such a file.
    Path file = graph().resolveSibling("*/_ORT_MEM_ADDR_/*");
    Files.createDirectories(file.getParent());
    Files.write(file, new byte[100]);
    for (String location :
        new String[] {"*/_ORT_MEM_ADDR_/*", "*/_ORT_NATIVE_ENDIAN_MEM_ADDR_/*"}) {
      write(model(tensor("location", location, "offset", "0", "length", "4")));
      assertRefused("which means an address in memory");
    }
  }

  @Test
  void dataThatIsNotThereIsRefused() throws IOException {
    write(model("model.onnx_data"));
    assertRefused("[model.onnx_data], which is missing", "copy that file into the folder");
    Files.createDirectory(graph().resolveSibling("sub"));
    Files.createSymbolicLink(graph().resolveSibling("loop"), Path.of("loop"));
    Map.of(
            "sub", "which is no file",
            "", "which is no file",
            "a\0b", "cannot be the name of a file",
            "loop", "which cannot be opened",
            "model.onnx/data", "which cannot be opened",
            "no/../model.onnx", "which is missing")
        .forEach(
            (location, why) -> {
              assertDoesNotThrow(() -> write(model(location)));
              assertRefused(why);
            });
  }

  @Test
  void dataMustBeAsLongAsTensorsSay() throws IOException {
    write(model("data"));
    Files.write(graph().resolveSibling("data"), new byte[100]);
    for (String[] bounds :
        new String[][] {
          {"0", "101"}, {"41", "60"}, {"101", "0"}, {"1", "" + Long.MAX_VALUE}, {"5000000000", "1"}
        }) {
      write(model(tensor("location", "data", "offset", bounds[0], "length", bounds[1])));
      assertRefused("[data], which has [100] bytes", "begins at [" + bounds[0] + "]");
    }
    for (String number : new String[] {"-1", "x", "", "99999999999999999999", "1.5"}) {
      write(model(tensor("location", "data", "offset", number)));
      assertRefused("[offset] of [" + number + "], which is no whole number");
      write(model(tensor("location", "data", "length", number)));
      assertRefused("[length] of [" + number + "], which is no whole number");
    }
  }

  @Test
  void whatATensorSaysMustBeClear() throws IOException {
    write(model(tensor("location", "a", "location", "b")));
    assertRefused("[location] twice");
    write(model(tensor()));
    assertRefused("no [location]");
    write(model(tensor("offset", "1")));
    assertRefused("no [location]");
    write(model("x".repeat(5000)));
    assertRefused("a name of more than [4096] bytes");
    write(
        ModelProto.newBuilder()
            .setUnknownFields(field(7, field(5, field(13, field(2, bytes(0xFF))))))
            .build());
    assertRefused("not UTF-8");
    // Not said to be external, and yet a location.
    write(
        model(
            tensor("location", "/x").toBuilder()
                .setDataLocation(TensorProto.DataLocation.DEFAULT)
                .build()));
    assertRefused("[/x], which is absolute");
  }

  private static UnknownFieldSet field(int number, UnknownFieldSet content) {
    return field(number, content.toByteString());
  }

  private static UnknownFieldSet field(int number, ByteString content) {
    return UnknownFieldSet.newBuilder()
        .addField(number, UnknownFieldSet.Field.newBuilder().addLengthDelimited(content).build())
        .build();
  }

  private static ByteString bytes(int... bytes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Arrays.stream(bytes).forEach(out::write);
    return ByteString.copyFrom(out.toByteArray());
  }

  private void assertMalformed(String part, int... content) throws IOException {
    Files.createDirectories(graph().getParent());
    Files.write(graph(), bytes(content).toByteArray());
    assertRefused("no complete ONNX graph: it has " + part, "again");
  }

  @Test
  void malformedFilesAreRefused() throws IOException {
    assertMalformed("a field with a number out of range", 0);
    assertMalformed("a field with a number out of range", 0xF8, 0xFF, 0xFF, 0xFF, 0x1F);
    assertMalformed("a number beyond its message's end", 0x08);
    assertMalformed("a number beyond its message's end", 0x08, 0x80);
    assertMalformed(
        "a number of more than 64 bits", 8, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1);
    assertMalformed("a field that claims [1] bytes where [0] are left", 0x3A, 1);
    assertMalformed("a field that claims [3] bytes where [0] are left", 0x3A, 2, 0x0A, 3);
    // 5 GB, and a length that would be negative.
    assertMalformed("a field that claims [5368709120] bytes", 0x3A, 0x80, 0x80, 0x80, 0x80, 0x14);
    assertMalformed(
        "a field that claims [18446744073709551615] bytes",
        0x3A,
        255,
        255,
        255,
        255,
        255,
        255,
        255,
        255,
        255,
        1);
    assertMalformed("a field beyond its message's end", 0x09, 0, 0, 0);
    assertMalformed("a field beyond its message's end", 0x0D, 0, 0);
    assertMalformed("a field of type [3]", 0x0B);
    assertMalformed("a field of type [6]", "version https://git-lfs".chars().toArray());
  }

  @Test
  void nestingHasAnEnd() throws IOException {
    UnknownFieldSet nested = field(1, ByteString.EMPTY);
    for (int i = 0; i < 200; i++) {
      nested = field(1, field(5, field(6, nested)));
    }
    Files.createDirectories(graph().getParent());
    Files.write(graph(), field(7, nested).toByteArray());
    assertRefused("more than [100] deep");
  }

  /** Cut anywhere, a graph with its tensor at the end is malformed or has no tensor. */
  @Test
  void truncatedGraphsAreRefused() throws IOException {
    write(model("data"));
    Files.write(graph().resolveSibling("data"), new byte[1]);
    byte[] whole = Files.readAllBytes(graph());
    int refused = 0;
    for (int length = 0; length < whole.length; length++) {
      Files.write(graph(), Arrays.copyOf(whole, length));
      try {
        check();
      } catch (ModelException e) {
        assertTrue(e.getMessage().contains("no complete ONNX graph"), e.getMessage());
        refused++;
      }
    }
    // Only between the fields of the model itself nothing is missing.
    assertEquals(whole.length - 3, refused);
  }

  /** Whatever the bytes, there is an answer, and never another error. */
  @Test
  void damagedGraphsAreRefusedOrRead() throws IOException {
    long seed = Long.getLong("learned_sparse.seed", new Random().nextLong());
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    write(model(tensor("location", "data", "offset", "1", "length", "9")));
    Files.write(graph().resolveSibling("data"), new byte[10]);
    byte[] whole = Files.readAllBytes(graph());
    int refused = 0;
    for (int i = 0; i < 2_000; i++) {
      byte[] bad = whole.clone();
      for (int changes = random.nextInt(3); changes >= 0; changes--) {
        bad[random.nextInt(bad.length)] = (byte) random.nextInt();
      }
      Files.write(graph(), bad);
      try {
        check();
      } catch (ModelException e) {
        refused++;
      }
    }
    assertTrue(refused > 400, "only " + refused);
  }

  /** A graph of 2 GB, nearly all of it one tensor's bytes, which are passed over. */
  @Test
  void largeTensorsAreNotRead() throws IOException {
    Files.createDirectories(graph().getParent());
    long raw = (2L << 30) - 1000;
    ByteString tail = tensor("location", "/after").toByteString();
    try (RandomAccessFile sparse = new RandomAccessFile(graph().toFile(), "rw")) {
      // graph (7), initializer (5), raw_data (9)
      byte[] rawHead = head(9, raw);
      byte[] tensorHead = head(5, rawHead.length + raw);
      byte[] tailHead = head(5, tail.size());
      sparse.write(
          head(7, tensorHead.length + rawHead.length + raw + tailHead.length + tail.size()));
      sparse.write(tensorHead);
      sparse.write(rawHead);
      sparse.seek(sparse.getFilePointer() + raw);
      sparse.write(tailHead);
      sparse.write(tail.toByteArray());
    }
    long start = System.nanoTime();
    assertRefused("[/after], which is absolute");
    long millis = (System.nanoTime() - start) / 1_000_000;
    assertTrue(millis < 1_000, "took " + millis + " ms");
  }

  private static byte[] head(int field, long length) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    head.write(field << 3 | 2);
    for (long rest = length; ; rest >>>= 7) {
      if (rest < 0x80) {
        head.write((int) rest);
        return head.toByteArray();
      }
      head.write((int) ((rest & 0x7F) | 0x80));
    }
  }

  @Test
  void otherFormatsAreRefused() throws IOException {
    Path other = Files.write(parent.resolve("model.ort"), new byte[0]);
    String message =
        assertThrows(ModelException.class, () -> ExternalData.check(parent, other)).getMessage();
    assertTrue(message.startsWith("[model.ort] has the name of"), message);
  }
}
