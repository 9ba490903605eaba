package org.learnedsparse.tools.demo;

import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.learnedsparse.tools.beir.BeirCollection;
import org.learnedsparse.tools.beir.BeirDocument;
import org.learnedsparse.tools.beir.BeirQuery;
import org.learnedsparse.tools.evaluate.EnglishStems;

/**
 * Which queries share no word with their best documents: those with the highest judgment. English
 * stop words do not count, and words are compared by their stems, so "plants" and "plant" are
 * shared.
 */
final class SharedWords {
  private final Map<String, BeirDocument> best = new HashMap<>();
  private final BeirCollection collection;

  /** Reads the corpus once and keeps the best documents only. */
  SharedWords(BeirCollection collection) throws IOException {
    this.collection = collection;
    Set<String> wanted = new HashSet<>();
    collection.queries().forEach(query -> wanted.addAll(bestIds(query)));
    try (Stream<BeirDocument> documents = collection.documents()) {
      documents
          .filter(document -> wanted.contains(document.id()))
          .forEach(document -> best.put(document.id(), document));
    }
  }

  /** The query's best documents, in the order of the judgments; none if nothing is relevant. */
  List<BeirDocument> best(BeirQuery query) {
    return bestIds(query).stream().filter(best::containsKey).map(best::get).toList();
  }

  /** Whether the query has best documents and shares no word with any of them. */
  boolean none(BeirQuery query) {
    List<BeirDocument> documents = best(query);
    Set<String> words = Set.copyOf(EnglishStems.of(query.text()));
    return !documents.isEmpty()
        && documents.stream()
            .allMatch(
                document -> EnglishStems.of(document.body()).stream().noneMatch(words::contains));
  }

  private List<String> bestIds(BeirQuery query) {
    Map<String, Integer> judged = collection.judgments().of(query.id());
    int highest = judged.values().stream().mapToInt(Integer::intValue).max().orElse(0);
    return judged.keySet().stream().filter(id -> highest > 0 && judged.get(id) == highest).toList();
  }
}
