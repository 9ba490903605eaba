package org.learnedsparse.bench.fusion;

import java.util.SplittableRandom;

/**
 * Unit vectors around random centres, as near to their own as some 45 degrees: neither all alike,
 * nor all apart, which no index of neighbours could make use of. A vector depends on the seed and
 * its number alone.
 */
final class ClusteredVectors {
  private static final long DOCUMENTS = 0x5851F42D4C957F2DL;
  private static final long QUERIES = 0x14057B7EF767814FL;

  private final long seed;
  private final double[][] centres;

  ClusteredVectors(int seed, int clusters, int dimensions) {
    this.seed = seed;
    SplittableRandom random = new SplittableRandom(seed);
    this.centres = new double[clusters][];
    for (int i = 0; i < clusters; i++) {
      centres[i] = unit(gaussian(random, dimensions));
    }
  }

  /** The vector of a document. */
  float[] document(int id) {
    return vector(new SplittableRandom(seed + DOCUMENTS * (id + 1)));
  }

  /** The vector of a query, from the same clusters. */
  float[] query(int id) {
    return vector(new SplittableRandom(seed + QUERIES * (id + 1)));
  }

  private float[] vector(SplittableRandom random) {
    double[] centre = centres[random.nextInt(centres.length)];
    double[] vector = unit(gaussian(random, centre.length));
    for (int i = 0; i < centre.length; i++) {
      vector[i] += centre[i];
    }
    double[] unit = unit(vector);
    float[] floats = new float[unit.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) unit[i];
    }
    return floats;
  }

  private static double[] gaussian(SplittableRandom random, int dimensions) {
    double[] values = new double[dimensions];
    for (int i = 0; i < dimensions; i++) {
      values[i] = random.nextGaussian();
    }
    return values;
  }

  private static double[] unit(double[] vector) {
    double squares = 0;
    for (double value : vector) {
      squares += value * value;
    }
    double length = Math.sqrt(squares);
    for (int i = 0; i < vector.length; i++) {
      vector[i] /= length;
    }
    return vector;
  }
}
