package org.learnedsparse.encode.folder;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The files of a model's folder, each looked at before it is read. */
public final class ModelFiles {
  /** The largest file that is read onto the heap, bytes. */
  static final long LARGEST_TEXT = 256 << 20;

  private ModelFiles() {}

  /** Whether the folder has a file of this name. */
  static boolean exists(Path folder, String name) {
    return Files.exists(folder.resolve(name));
  }

  /**
   * A file of the model.
   *
   * @throws ModelException if it is not there, or lies outside the folder
   */
  public static Path file(Path folder, String name) throws IOException {
    Path file = folder.resolve(name).normalize();
    if (Files.isRegularFile(file) == false) {
      throw new ModelException(
          "[" + name + "] is missing from the model's folder [" + folder + "]");
    }
    // ONNX Runtime opens files natively, past every check of the JVM: so none may lead elsewhere.
    if (file.toRealPath().startsWith(folder.toRealPath()) == false) {
      throw new ModelException("[" + name + "] lies outside the model's folder [" + folder + "]");
    }
    return file;
  }

  /** The text of a file. */
  public static String text(Path folder, String name) throws IOException {
    try {
      return Files.readString(small(folder, name));
    } catch (CharacterCodingException e) {
      throw new ModelException("[" + name + "] is not valid UTF-8", e);
    }
  }

  /** The lines of a file. */
  public static List<String> lines(Path folder, String name) throws IOException {
    return text(folder, name).lines().toList();
  }

  /** A file that holds one JSON object. */
  public static JsonObject object(Path folder, String name) throws IOException {
    if (json(folder, name) instanceof JsonObject object) {
      return object;
    }
    throw new ModelException("[" + name + "] holds no JSON object");
  }

  /** A file that holds one JSON value. */
  public static JsonElement json(Path folder, String name) throws IOException {
    try (Reader reader = Files.newBufferedReader(small(folder, name))) {
      return JsonParser.parseReader(reader);
    } catch (CharacterCodingException e) {
      throw new ModelException("[" + name + "] is not valid UTF-8", e);
    } catch (JsonParseException e) {
      throw new ModelException("[" + name + "] is not valid JSON: " + e.getMessage(), e);
    }
  }

  private static Path small(Path folder, String name) throws IOException {
    Path file = file(folder, name);
    long size = Files.size(file);
    if (size > LARGEST_TEXT) {
      throw new ModelException(
          "["
              + name
              + "] has ["
              + size
              + "] bytes; at most ["
              + LARGEST_TEXT
              + "] are read: is it the right file?");
    }
    return file;
  }
}
