package org.learnedsparse.tools.beir;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A collection: documents that are streamed, so that a corpus may be larger than memory, and the
 * queries that have judgments, which are few.
 *
 * @param name the folder's name
 * @param directory the folder
 * @param queries the judged queries, in the order of {@code queries.jsonl}, at least one
 * @param judgments by query id
 * @param limit how many documents {@link #documents} gives at most
 */
public record BeirCollection(
    String name, Path directory, List<BeirQuery> queries, Judgments judgments, long limit) {

  private static final String CORPUS = "corpus.jsonl";
  private static final String QUERIES = "queries.jsonl";
  private static final List<String> QRELS = List.of("qrels.tsv", "qrels/test.tsv");

  /**
   * Opens a folder and reads its queries and judgments. Queries without judgments are left out:
   * nothing can be measured on them.
   *
   * @throws NoSuchFileException naming the file that is missing
   * @throws IllegalArgumentException naming the file, the line and what is wrong with it
   */
  public static BeirCollection open(Path directory) throws IOException {
    requireFile(directory.resolve(CORPUS));
    requireFile(directory.resolve(QUERIES));
    Judgments judgments = Judgments.read(judgmentsFile(directory));
    List<BeirQuery> queries = judgedQueries(directory.resolve(QUERIES), judgments);
    Path name = directory.toRealPath().getFileName();
    BeirCollection collection =
        new BeirCollection(
            name == null ? directory.toString() : name.toString(),
            directory,
            queries,
            judgments,
            Long.MAX_VALUE);
    try (Stream<BeirDocument> documents = collection.documents()) {
      if (documents.findFirst().isEmpty()) {
        throw new IllegalArgumentException(directory.resolve(CORPUS) + ": no documents");
      }
    }
    return collection;
  }

  /** The same collection with its first documents only, under another name. */
  public BeirCollection head(String name, long documents) {
    return new BeirCollection(name, directory, queries, judgments, documents);
  }

  /**
   * The documents in the corpus's order, read while the stream is consumed; close the stream.
   *
   * @throws UncheckedIOException from the stream, when reading fails
   * @throws IllegalArgumentException from the stream, naming file and line of a bad document
   */
  public Stream<BeirDocument> documents() throws IOException {
    return JsonLines.read(
            directory.resolve(CORPUS),
            node ->
                new BeirDocument(
                    JsonLines.identifier(node, "_id"),
                    JsonLines.optionalText(node, "title"),
                    JsonLines.text(node, "text")))
        .limit(limit);
  }

  private static List<BeirQuery> judgedQueries(Path file, Judgments judgments) throws IOException {
    List<BeirQuery> queries = new ArrayList<>();
    Set<String> missing = new HashSet<>(judgments.queries());
    Set<String> seen = new HashSet<>();
    try (Stream<BeirQuery> all =
        JsonLines.read(
            file,
            node ->
                new BeirQuery(JsonLines.identifier(node, "_id"), JsonLines.text(node, "text")))) {
      all.forEach(
          query -> {
            if (!seen.add(query.id())) {
              throw new IllegalArgumentException(
                  file + ": query [" + query.id() + "] appears twice");
            }
            if (missing.remove(query.id())) {
              queries.add(query);
            }
          });
    }
    if (!missing.isEmpty()) {
      throw new IllegalArgumentException(
          file
              + ": "
              + missing.size()
              + " judged queries are missing, such as ["
              + missing.stream().sorted().findFirst().orElseThrow()
              + "]");
    }
    return List.copyOf(queries);
  }

  private static Path judgmentsFile(Path directory) throws NoSuchFileException {
    for (String name : QRELS) {
      if (Files.isRegularFile(directory.resolve(name))) {
        return directory.resolve(name);
      }
    }
    throw new NoSuchFileException(
        directory.toString(), null, "has neither " + String.join(" nor ", QRELS));
  }

  private static void requireFile(Path file) throws NoSuchFileException {
    if (!Files.isRegularFile(file)) {
      throw new NoSuchFileException(
          file.toString(), null, "a collection needs corpus.jsonl, queries.jsonl and qrels.tsv");
    }
  }
}
