package org.learnedsparse.models;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * Learns the rows of a {@link DenseModel} such that a query's vector lies closer to its own
 * passage's than to those of a batch's other passages: the softmax cross-entropy over cosines, by
 * Adam on the rows that a batch touches.
 *
 * <p>Several threads work on a batch, each on numbers of its own, summed in one order: so their
 * number changes no bit of the result.
 */
final class DenseTraining {
  private static final float MEAN_DECAY = 0.9f;
  private static final float SQUARE_DECAY = 0.999f;
  private static final float TINY = 1e-8f;

  /** Texts and what answers them, which are each other's negatives. */
  static final class Source {
    private final List<DenseModel.Text> queries = new ArrayList<>();
    private final List<DenseModel.Text> passages = new ArrayList<>();
    private final List<Integer> groups = new ArrayList<>();

    /**
     * Adds a pair.
     *
     * @param group pairs of the same group are never each other's negatives
     */
    void add(DenseModel.Text query, DenseModel.Text passage, int group) {
      queries.add(query);
      passages.add(passage);
      groups.add(group);
    }

    int size() {
      return queries.size();
    }
  }

  /**
   * @param batch pairs in a batch, all of one source; what fills no batch waits for another epoch
   * @param temperature that cosines are divided by
   * @param rate step size in the first step; it falls to 0 in a straight line
   * @param seed of the order of batches
   */
  record Settings(int epochs, int batch, float temperature, float rate, long seed) {}

  private final DenseModel model;
  private final Settings settings;
  private final int dims;
  private final int steps;

  // By token, null until it is touched.
  private final float[][] mean;
  private final float[][] square;
  private final float[][] gradient;

  private int step;
  private double lossSum;
  private long losses;

  private DenseTraining(DenseModel model, List<Source> sources, Settings settings) {
    this.model = model;
    this.settings = settings;
    this.dims = model.dims();
    this.steps =
        settings.epochs() * sources.stream().mapToInt(s -> s.size() / settings.batch()).sum();
    int vocabulary = model.rows().length;
    this.mean = new float[vocabulary][];
    this.square = new float[vocabulary][];
    this.gradient = new float[vocabulary][];
  }

  /** Trains the rows in place; returns each epoch's mean loss. */
  static List<Double> train(DenseModel model, List<Source> sources, Settings settings) {
    DenseTraining training = new DenseTraining(model, sources, settings);
    Random random = new Random(settings.seed());
    List<Double> means = new ArrayList<>();
    for (int epoch = 0; epoch < settings.epochs(); epoch++) {
      training.lossSum = 0;
      training.losses = 0;
      List<Runnable> batches = new ArrayList<>();
      for (Source source : sources) {
        List<Integer> order = new ArrayList<>(IntStream.range(0, source.size()).boxed().toList());
        Collections.shuffle(order, random);
        for (int from = 0; from + settings.batch() <= order.size(); from += settings.batch()) {
          List<Integer> batch = order.subList(from, from + settings.batch());
          batches.add(() -> training.step(source, batch));
        }
      }
      Collections.shuffle(batches, random);
      batches.forEach(Runnable::run);
      means.add(training.lossSum / training.losses);
    }
    return means;
  }

  /** One side of a batch: unit vectors, their lengths before, and the loss's slopes by them. */
  private final class Side {
    private final List<DenseModel.Text> texts;
    private final float[][] units;
    private final float[] lengths;
    private final float[][] slopes;

    Side(List<DenseModel.Text> texts) {
      this.texts = texts;
      units = new float[texts.size()][dims];
      lengths = new float[texts.size()];
      slopes = new float[texts.size()][dims];
      each(i -> lengths[i] = DenseModel.normalise(model.sum(texts.get(i), units[i])));
    }

    private void each(IntConsumer action) {
      IntStream.range(0, texts.size()).parallel().forEach(action);
    }

    /** Turns the slope by a unit vector into that by the sum before it was brought to length 1. */
    private void throughLength(int i) {
      float along = 0;
      for (int k = 0; k < dims; k++) {
        along += units[i][k] * slopes[i][k];
      }
      for (int k = 0; k < dims; k++) {
        slopes[i][k] = lengths[i] == 0 ? 0 : (slopes[i][k] - along * units[i][k]) / lengths[i];
      }
    }

    /** Adds the slopes to the gradients of the tokens, and newly touched ones to the list. */
    void scatter(List<Integer> touched) {
      each(this::throughLength);
      for (int i = 0; i < texts.size(); i++) {
        int[] tokens = texts.get(i).tokens();
        for (int p = 0; p < tokens.length; p++) {
          if (gradient[tokens[p]] == null) {
            gradient[tokens[p]] = new float[dims];
            touched.add(tokens[p]);
          }
          DenseModel.add(gradient[tokens[p]], texts.get(i).factors()[p], slopes[i]);
        }
      }
    }
  }

  private void step(Source source, List<Integer> batch) {
    Side queries = new Side(batch.stream().map(source.queries::get).toList());
    Side passages = new Side(batch.stream().map(source.passages::get).toList());
    int[] groups = batch.stream().mapToInt(source.groups::get).toArray();
    float[][] errors = errors(queries, passages, groups);
    queries.each(
        q -> {
          for (int p = 0; p < groups.length; p++) {
            DenseModel.add(queries.slopes[q], errors[q][p], passages.units[p]);
          }
        });
    passages.each(
        p -> {
          for (int q = 0; q < groups.length; q++) {
            DenseModel.add(passages.slopes[p], errors[q][p], queries.units[q]);
          }
        });
    List<Integer> touched = new ArrayList<>();
    queries.scatter(touched);
    passages.scatter(touched);
    step++;
    touched.parallelStream().forEach(this::update);
  }

  /** The loss's slope by each cosine, [query][passage]. */
  private float[][] errors(Side queries, Side passages, int[] groups) {
    int size = groups.length;
    // By dimension, so that a query's cosines to all passages are sums of whole rows.
    float[][] columns = new float[dims][size];
    for (int p = 0; p < size; p++) {
      for (int k = 0; k < dims; k++) {
        columns[k][p] = passages.units[p][k];
      }
    }
    float scale = 1 / settings.temperature();
    float[][] errors = new float[size][size];
    double[] loss = new double[size];
    queries.each(
        q -> {
          float[] row = errors[q];
          for (int k = 0; k < dims; k++) {
            DenseModel.add(row, scale * queries.units[q][k], columns[k]);
          }
          double own = row[q];
          double sum = 0;
          for (int p = 0; p < size; p++) {
            boolean counts = p == q || groups[p] != groups[q];
            row[p] = counts ? (float) Math.exp(row[p] - scale) : 0;
            sum += row[p];
          }
          loss[q] = Math.log(sum) + scale - own;
          for (int p = 0; p < size; p++) {
            row[p] = (float) (row[p] / sum - (p == q ? 1 : 0)) * scale / size;
          }
        });
    lossSum += Arrays.stream(loss).sum();
    losses += size;
    return errors;
  }

  private void update(int token) {
    if (mean[token] == null) {
      mean[token] = new float[dims];
      square[token] = new float[dims];
    }
    float[] row = model.rows()[token];
    float[] m = mean[token];
    float[] s = square[token];
    float[] g = gradient[token];
    float rate = settings.rate() * (1 - (float) step / steps);
    float meanShare = 1 - (float) Math.pow(MEAN_DECAY, step);
    float squareShare = 1 - (float) Math.pow(SQUARE_DECAY, step);
    for (int k = 0; k < dims; k++) {
      m[k] = MEAN_DECAY * m[k] + (1 - MEAN_DECAY) * g[k];
      s[k] = SQUARE_DECAY * s[k] + (1 - SQUARE_DECAY) * g[k] * g[k];
      row[k] -= rate * (m[k] / meanShare) / ((float) Math.sqrt(s[k] / squareShare) + TINY);
    }
    gradient[token] = null;
  }
}
