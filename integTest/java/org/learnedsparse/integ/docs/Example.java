package org.learnedsparse.integ.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A command of a document, and what it should answer.
 *
 * @param place file and line, for messages
 * @param command the text of a {@code sh} block
 * @param answer the text of the {@code json} block that follows it, or null
 */
record Example(String place, String command, String answer) {
  private static final String FENCE = "```";

  /** The examples of a Markdown file, in order. */
  static List<Example> read(Path file) throws IOException {
    List<Example> examples = new ArrayList<>();
    String language = null;
    int start = 0;
    List<String> block = new ArrayList<>();
    List<String> lines = Files.readAllLines(file);
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (line.startsWith(FENCE) == false) {
        block.add(line);
      } else if (language == null) {
        language = line.substring(FENCE.length()).strip();
        start = i + 2;
        block.clear();
      } else {
        add(examples, file.getFileName() + ":" + start, language, String.join("\n", block));
        language = null;
      }
    }
    return examples;
  }

  private static void add(List<Example> examples, String place, String language, String text) {
    switch (language) {
      case "sh" -> examples.add(new Example(place, text, null));
      case "json" -> {
        if (examples.isEmpty() || examples.get(examples.size() - 1).answer() != null) {
          throw new IllegalStateException(place + ": an answer without a command");
        }
        Example asked = examples.remove(examples.size() - 1);
        examples.add(new Example(asked.place(), asked.command(), text));
      }
      default -> {} // a drawing or the like
    }
  }
}
