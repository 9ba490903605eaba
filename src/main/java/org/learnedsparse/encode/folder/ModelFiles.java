package org.learnedsparse.encode.folder;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.stream.MalformedJsonException;
import java.io.EOFException;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/** The files of a model's folder, each looked at before it is read. */
public final class ModelFiles {
  /** The largest file that is read onto the heap, bytes: as objects it takes ten times as much. */
  private static final long LARGEST_TEXT =
      Math.min(128 << 20, Runtime.getRuntime().maxMemory() / 16);

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
    Path file = path(folder, name);
    // ONNX Runtime opens files natively, past every check of the JVM: so none may lead elsewhere.
    if (leadsOutside(folder, file)) {
      throw new ModelException(
          "["
              + name
              + "] lies outside the model's folder ["
              + folder
              + "]; copy the file itself into the folder, not a link");
    }
    if (Files.isRegularFile(file) == false) {
      throw new ModelException(
          "[" + name + "] is missing from the model's folder [" + folder + "]");
    }
    return file;
  }

  private static Path path(Path folder, String name) {
    try {
      return folder.resolve(name).normalize();
    } catch (InvalidPathException e) {
      throw new ModelException("[" + name + "] cannot be the name of a file", e);
    }
  }

  private static boolean leadsOutside(Path folder, Path file) {
    if (file.startsWith(folder.normalize()) == false) {
      return true;
    }
    try {
      return file.toRealPath().startsWith(folder.toRealPath()) == false;
    } catch (NoSuchFileException e) {
      return false;
    } catch (IOException e) {
      // Elasticsearch's own answer, where a link leads to what it lets nobody read.
      return true;
    }
  }

  /**
   * How many bytes a file of text has.
   *
   * @throws ModelException if they are more than are read
   */
  public static long textBytes(Path folder, String name) throws IOException {
    return Files.size(small(folder, name));
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
      return StrictJson.read(reader);
    } catch (CharacterCodingException e) {
      throw new ModelException("[" + name + "] is not valid UTF-8", e);
    } catch (MalformedJsonException | EOFException | NumberFormatException e) {
      throw new ModelException("[" + name + "] is not valid JSON: " + StrictJson.problem(e), e);
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
              + "] are read with this heap: is it the right file?");
    }
    return file;
  }
}
