package org.learnedsparse.model.registry;

import java.util.Locale;
import java.util.regex.Pattern;

/** Which names the files of an uploaded model may have. */
final class FileNames {
  private static final int MAX_LENGTH = 200;

  /** Relative, no segment that begins with a dot, nothing that a file system treats as special. */
  private static final Pattern NAME =
      Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]*(/[A-Za-z0-9_][A-Za-z0-9._-]*){0,3}");

  private static final Pattern ARCHIVE =
      Pattern.compile(".*\\.(zip|tar|tgz|gz|bz2|xz|zst|7z|rar|jar)");

  /** Made of the model's settings, so that there is one place for them. */
  static final String SETTINGS = "model.json";

  private FileNames() {}

  static void check(String name) {
    if (NAME.matcher(name).matches() == false || name.length() > MAX_LENGTH) {
      throw new IllegalArgumentException(
          "["
              + name
              + "] cannot be the name of a model's file; it is a relative path of up to four names made of letters, digits,"
              + " dot, hyphen and underscore, none of which begins with a dot or hyphen, such as [onnx/model.onnx]");
    }
    if (ARCHIVE.matcher(name.toLowerCase(Locale.ROOT)).matches()) {
      throw new IllegalArgumentException(
          "[" + name + "] is an archive; unpack it and upload its files one by one");
    }
    if (name.equals(SETTINGS)) {
      throw new IllegalArgumentException(
          "[model.json] is not uploaded as a file; send its content as the body of"
              + " [PUT _learned_sparse/models/{id}]");
    }
  }
}
