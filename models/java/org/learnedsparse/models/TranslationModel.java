package org.learnedsparse.models;

import java.util.Arrays;
import java.util.List;

/**
 * IBM Model 1: how often a word of one text is answered by a word of the other, learned by
 * expectation maximisation from aligned texts whose words are not aligned.
 *
 * <p>Each word of the target is shared out among the words of the source and an empty word, which
 * takes what occurs everywhere.
 */
final class TranslationModel {
  /**
   * One aligned pair.
   *
   * @param source distinct token ids
   * @param target distinct token ids
   * @param weight of each target, at least 0
   */
  @SuppressWarnings("ArrayRecordComponent") // A table of numbers, never compared.
  record Example(int[] source, int[] target, float[] weight) {}

  /** Receives the expected count of one (source, target) pair. */
  interface Visitor {
    void visit(int source, int target, double count);
  }

  private static final int ITERATIONS = 4;

  private final int vocabulary;
  private long[] keys = new long[1 << 16];
  private float[] probability = new float[1 << 16];
  private float[] count = new float[1 << 16];
  private int size;

  private TranslationModel(int vocabulary) {
    this.vocabulary = vocabulary;
    Arrays.fill(keys, -1);
  }

  /**
   * Learns from the examples; a pair that meets once only is left out, unless of a token itself.
   */
  static TranslationModel train(List<Example> examples, int vocabulary) {
    TranslationModel model = new TranslationModel(vocabulary);
    model.addPairs(examples);
    Arrays.fill(model.probability, 1f);
    float[] empty = new float[vocabulary];
    Arrays.fill(empty, 1f);
    for (int i = 0; i < ITERATIONS; i++) {
      Arrays.fill(model.count, 0f);
      float[] emptyCount = new float[vocabulary];
      for (Example example : examples) {
        model.expect(example, empty, emptyCount);
      }
      model.maximise();
      double sum = 0;
      for (float c : emptyCount) {
        sum += c;
      }
      for (int t = 0; t < vocabulary; t++) {
        empty[t] = (float) (emptyCount[t] / sum);
      }
    }
    return model;
  }

  /** Visits the pairs in a fixed order. */
  void forEach(Visitor visitor) {
    long[] sorted = Arrays.stream(keys).filter(key -> key >= 0).sorted().toArray();
    for (long key : sorted) {
      float c = count[slot(key)];
      if (c > 0) {
        visitor.visit((int) (key / vocabulary), (int) (key % vocabulary), c);
      }
    }
  }

  private void addPairs(List<Example> examples) {
    // A small hashed counter tells the pairs that meet again from the many that meet once.
    byte[] met = new byte[1 << 27];
    for (Example example : examples) {
      for (int s : example.source()) {
        for (int t : example.target()) {
          long key = key(s, t);
          int at = (int) (mix(key) >>> 37);
          if (met[at] == 0) {
            met[at] = 1;
            if (s == t) {
              add(key);
            }
          } else {
            add(key);
          }
        }
      }
    }
  }

  private void expect(Example example, float[] empty, float[] emptyCount) {
    int[] source = example.source();
    int[] slots = new int[source.length];
    for (int j = 0; j < example.target().length; j++) {
      int t = example.target()[j];
      double sum = empty[t];
      for (int i = 0; i < source.length; i++) {
        slots[i] = slot(key(source[i], t));
        sum += slots[i] < 0 ? 0 : probability[slots[i]];
      }
      double share = example.weight()[j] / sum;
      emptyCount[t] += (float) (empty[t] * share);
      for (int slot : slots) {
        if (slot >= 0) {
          count[slot] += (float) (probability[slot] * share);
        }
      }
    }
  }

  private void maximise() {
    double[] sums = new double[vocabulary];
    for (int i = 0; i < keys.length; i++) {
      if (keys[i] >= 0) {
        sums[(int) (keys[i] / vocabulary)] += count[i];
      }
    }
    for (int i = 0; i < keys.length; i++) {
      if (keys[i] >= 0) {
        double sum = sums[(int) (keys[i] / vocabulary)];
        probability[i] = sum == 0 ? 0 : (float) (count[i] / sum);
      }
    }
  }

  private long key(int source, int target) {
    return (long) source * vocabulary + target;
  }

  private static long mix(long key) {
    long h = key * 0x9E3779B97F4A7C15L;
    return h ^ (h >>> 29);
  }

  /** The slot of a key, or -1. */
  private int slot(long key) {
    int mask = keys.length - 1;
    for (int at = (int) (mix(key) >>> 16) & mask; keys[at] >= 0; at = (at + 1) & mask) {
      if (keys[at] == key) {
        return at;
      }
    }
    return -1;
  }

  private void add(long key) {
    if (2L * size >= keys.length) {
      grow();
    }
    int mask = keys.length - 1;
    int at = (int) (mix(key) >>> 16) & mask;
    while (keys[at] >= 0 && keys[at] != key) {
      at = (at + 1) & mask;
    }
    if (keys[at] < 0) {
      keys[at] = key;
      size++;
    }
  }

  private void grow() {
    long[] old = keys;
    keys = new long[2 * old.length];
    Arrays.fill(keys, -1);
    probability = new float[keys.length];
    count = new float[keys.length];
    size = 0;
    for (long key : old) {
      if (key >= 0) {
        add(key);
      }
    }
  }
}
