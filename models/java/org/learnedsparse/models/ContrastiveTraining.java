package org.learnedsparse.models;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Adjusts expansion strengths and query weights so that a query scores its own passage above
 * others: the softmax cross-entropy over the passages of a batch, by Adagrad.
 *
 * <p>Only strengths that are there already change, within [0, 1]; a pull towards zero drops those
 * that never help.
 */
final class ContrastiveTraining {
  /**
   * Pairs from one source, which are each other's negatives.
   *
   * @param queries token ids
   * @param passages token ids
   * @param negatives by pair, positions of passages that are hard to tell from its own
   */
  @SuppressWarnings("ArrayRecordComponent") // A table of numbers, never compared.
  record Source(List<int[]> queries, List<int[]> passages, int[][] negatives) {}

  /**
   * @param batch queries in a batch
   * @param temperature that scores are multiplied by
   * @param strengthRate step size for strengths
   * @param queryRate step size for the logarithm of query weights
   * @param shrinkage subtracted from a strength, in step sizes, whenever it is touched
   * @param seed of the order of batches and the choice of negatives
   */
  record Settings(
      int epochs,
      int batch,
      float temperature,
      float strengthRate,
      float queryRate,
      float shrinkage,
      long seed) {}

  private final DocumentModel model;
  private final float[] query;
  private final Settings settings;
  private final float[][] strengthSquares;
  private final float[] querySquares;
  private final float[] logRatio;
  private final int[] local;
  private double lossSum;
  private long losses;

  private ContrastiveTraining(DocumentModel model, float[] query, Settings settings) {
    this.model = model;
    this.query = query;
    this.settings = settings;
    this.strengthSquares = new float[query.length][];
    for (int token = 0; token < query.length; token++) {
      strengthSquares[token] = new float[model.strengths()[token].length];
      Arrays.fill(strengthSquares[token], 1e-4f);
    }
    this.querySquares = new float[query.length];
    Arrays.fill(querySquares, 1e-4f);
    this.logRatio = new float[query.length];
    this.local = new int[query.length];
    Arrays.fill(local, -1);
  }

  /**
   * Trains the model's strengths and the query weights in place; returns each epoch's mean loss.
   */
  static List<Double> train(
      DocumentModel model, float[] query, List<Source> sources, Settings settings) {
    ContrastiveTraining training = new ContrastiveTraining(model, query, settings);
    Random random = new Random(settings.seed());
    List<Double> means = new ArrayList<>();
    for (int epoch = 0; epoch < settings.epochs(); epoch++) {
      training.lossSum = 0;
      training.losses = 0;
      List<Runnable> batches = new ArrayList<>();
      for (Source source : sources) {
        List<Integer> order =
            new ArrayList<>(IntStream.range(0, source.queries().size()).boxed().toList());
        Collections.shuffle(order, random);
        for (int from = 0; from + settings.batch() <= order.size(); from += settings.batch()) {
          List<Integer> batch = order.subList(from, from + settings.batch());
          batches.add(() -> training.step(source, batch, random));
        }
      }
      Collections.shuffle(batches, random);
      batches.forEach(Runnable::run);
      means.add(training.lossSum / training.losses);
    }
    return means;
  }

  private void step(Source source, List<Integer> batch, Random random) {
    // The passages: first each query's own, then one hard negative for each that has any.
    List<Integer> positions = new ArrayList<>(batch);
    for (int pair : batch) {
      int[] negatives = source.negatives()[pair];
      if (negatives.length > 0) {
        positions.add(negatives[random.nextInt(negatives.length)]);
      }
    }
    int[][] queries = new int[batch.size()][];
    for (int q = 0; q < queries.length; q++) {
      queries[q] = distinct(source.queries().get(batch.get(q)));
    }
    int[] terms = Arrays.stream(queries).flatMapToInt(Arrays::stream).distinct().toArray();
    for (int i = 0; i < terms.length; i++) {
      local[terms[i]] = i;
    }
    float[][] saturated = new float[positions.size()][terms.length];
    float[][] slope = new float[positions.size()][terms.length];
    for (int d = 0; d < positions.size(); d++) {
      encode(source.passages().get(positions.get(d)), saturated[d], slope[d]);
    }
    float[][] gradient = new float[positions.size()][terms.length];
    float[] queryGradient = new float[terms.length];
    for (int q = 0; q < queries.length; q++) {
      backward(queries[q], q, positions, saturated, gradient, queryGradient);
    }
    for (int d = 0; d < positions.size(); d++) {
      for (int i = 0; i < terms.length; i++) {
        gradient[d][i] *= slope[d][i];
      }
      update(source.passages().get(positions.get(d)), gradient[d]);
    }
    updateQuery(terms, queryGradient);
    for (int term : terms) {
      local[term] = -1;
    }
  }

  private int[] distinct(int[] ids) {
    return Arrays.stream(ids).distinct().filter(t -> query[t] > 0).toArray();
  }

  /** The saturated counts of the batch's terms, and their derivatives by the count. */
  private void encode(int[] passage, float[] saturated, float[] slope) {
    float length = model.length(passage);
    float share = model.shape().expansionShare(length);
    float[] importances = model.importances(passage);
    for (int p = 0; p < passage.length; p++) {
      int token = passage[p];
      int[] targets = model.targets()[token];
      for (int i = 0; i < targets.length; i++) {
        int at = local[targets[i]];
        if (at >= 0) {
          // The first target is the token itself.
          saturated[at] += i == 0 ? importances[p] : share * model.strengths()[token][i];
        }
      }
    }
    float k = model.shape().k(length);
    for (int i = 0; i < saturated.length; i++) {
      float count = saturated[i];
      saturated[i] = count / (count + k);
      slope[i] = k / ((count + k) * (count + k));
    }
  }

  private void backward(
      int[] terms,
      int own,
      List<Integer> positions,
      float[][] saturated,
      float[][] gradient,
      float[] queryGradient) {
    double[] scores = new double[positions.size()];
    for (int d = 0; d < scores.length; d++) {
      for (int t : terms) {
        scores[d] += settings.temperature() * query[t] * saturated[d][local[t]];
      }
    }
    double highest = Arrays.stream(scores).max().orElse(0);
    double sum = Arrays.stream(scores).map(score -> Math.exp(score - highest)).sum();
    lossSum += Math.log(sum) + highest - scores[own];
    losses++;
    for (int d = 0; d < scores.length; d++) {
      // The same passage may come in twice, as a negative of another query.
      boolean relevant = d == own || positions.get(d).equals(positions.get(own));
      if (relevant && d != own) {
        continue;
      }
      double error = Math.exp(scores[d] - highest) / sum - (relevant ? 1 : 0);
      float change = (float) (settings.temperature() * error);
      for (int t : terms) {
        gradient[d][local[t]] += change * query[t];
        queryGradient[local[t]] += change * saturated[d][local[t]] * query[t];
      }
    }
  }

  private void update(int[] passage, float[] gradient) {
    float share = model.shape().expansionShare(model.length(passage));
    for (int token : passage) {
      int[] targets = model.targets()[token];
      float[] strengths = model.strengths()[token];
      // The first target is the token itself, whose strength stays 1.
      for (int i = 1; i < targets.length; i++) {
        int at = local[targets[i]];
        if (at < 0 || gradient[at] == 0) {
          continue;
        }
        float g = share * gradient[at];
        strengthSquares[token][i] += g * g;
        float step = settings.strengthRate() / (float) Math.sqrt(strengthSquares[token][i]);
        float moved = strengths[i] - step * (g + settings.shrinkage());
        strengths[i] = Math.max(0, Math.min(1, moved));
      }
    }
  }

  private void updateQuery(int[] terms, float[] gradient) {
    for (int i = 0; i < terms.length; i++) {
      int t = terms[i];
      querySquares[t] += gradient[i] * gradient[i];
      float step = settings.queryRate() / (float) Math.sqrt(querySquares[t]);
      float before = logRatio[t];
      logRatio[t] = Math.max(-3, Math.min(3, before - step * gradient[i]));
      query[t] *= (float) Math.exp(logRatio[t] - before);
    }
  }
}
