package org.learnedsparse.integ.families;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A model's folder that must not be usable.
 *
 * @param id the model's id, which tells what is wrong with it
 * @param folder writes it
 * @param text what a document says that cannot be encoded
 * @param message parts of the error: the file, and what is to be done about it
 */
record BadModel(String id, Content folder, String text, List<String> message) {
  /** A word of every model's vocabulary. */
  static final String ANY_TEXT = "plant";

  static BadModel of(String id, Content folder, String... message) {
    return new BadModel(id, folder, ANY_TEXT, List.of(message));
  }

  /** The same folder, of which only another text shows what is wrong. */
  BadModel withText(String text) {
    return new BadModel(id, folder, text, message);
  }

  /** Writes files into an empty folder. */
  interface Content {
    void write(Path folder) throws IOException;

    /** First this, then more. */
    default Content and(Content more) {
      return folder -> {
        write(folder);
        more.write(folder);
      };
    }

    /** First this, then a file of text. */
    default Content and(String file, String text) {
      return and(
          folder -> {
            Files.createDirectories(folder.resolve(file).getParent());
            Files.writeString(folder.resolve(file), text);
          });
    }

    /** This, less one file. */
    default Content without(String file) {
      return and(folder -> Files.delete(folder.resolve(file)));
    }
  }
}
