package org.learnedsparse.bench.search.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.learnedsparse.bench.search.data.DocumentFile;
import org.learnedsparse.bench.search.data.DocumentFileWriter;
import org.learnedsparse.bench.search.data.ImpactVector;
import org.learnedsparse.bench.search.data.QuerySampler;
import org.learnedsparse.bench.search.data.TopicModel;
import org.learnedsparse.bench.search.data.WeightedTerms;

class TruthTest {
  private static final int DOCUMENTS = 400;
  private static final int K = 20;

  @TempDir Path folder;

  private double score(WeightedTerms query, ImpactVector document) {
    Map<Integer, Integer> impacts = new HashMap<>();
    for (int i = 0; i < document.size(); i++) {
      impacts.put(document.term(i), document.impact(i));
    }
    double score = 0;
    for (int i = 0; i < query.size(); i++) {
      score += (double) query.weight(i) * impacts.getOrDefault(query.term(i), 0);
    }
    return score;
  }

  @Test
  void onlyTheBestVisibleDocumentsCount() throws IOException {
    TopicModel model = new TopicModel();
    new DocumentFileWriter(model, 1, DOCUMENTS, 1).write(folder);
    try (DocumentFile documents = DocumentFile.open(folder)) {
      QuerySampler sampler = new QuerySampler(model, 1, documents.documentFrequencies(), DOCUMENTS);
      List<WeightedTerms> queries =
          List.of(
              sampler.query(QuerySampler.Kind.SPLADE, 0),
              sampler.query(QuerySampler.Kind.SPLADE, 1));
      Truth truth = Truth.of(queries, documents, id -> id % 2 == 0, K);
      for (int query = 0; query < queries.size(); query++) {
        double[] scores = new double[DOCUMENTS];
        for (int id = 0; id < DOCUMENTS; id++) {
          scores[id] = score(queries.get(query), documents.read(id));
        }
        int[] visible =
            IntStream.range(0, DOCUMENTS / 2)
                .map(i -> 2 * i)
                .boxed()
                .sorted(Comparator.comparing(id -> -scores[id]))
                .mapToInt(Integer::intValue)
                .toArray();
        assertTrue(scores[visible[K - 1]] > scores[visible[K]], "no tie to confuse the test");
        int[] best = Arrays.copyOf(visible, K);
        assertEquals(1, truth.recall(query, K, best));
        assertEquals(1, truth.recall(query, K / 2, best));
        assertEquals(0, truth.recall(query, K, new int[0]));

        int[] oneWrong = best.clone();
        oneWrong[3] = visible[K];
        assertEquals(1 - 1.0 / K, truth.recall(query, K, oneWrong), 1e-9);
        oneWrong[3] = best[4];
        assertEquals(1 - 1.0 / K, truth.recall(query, K, oneWrong), 1e-9);
        oneWrong[3] = best[3] + 1; // not visible
        assertEquals(1 - 1.0 / K, truth.recall(query, K, oneWrong), 1e-9);
      }
    }
  }
}
