package org.learnedsparse.bench.search.data;

import java.util.SplittableRandom;

/** Random numbers, the same for the same seed. Seeds that are close give unrelated numbers. */
final class RandomSource {
  private static final long SEED_FACTOR = 0x9E3779B97F4A7C15L;
  private static final long SEED_OFFSET = 0x1234567;

  private final SplittableRandom random;
  private final NormalTable normals;

  RandomSource(long seed, NormalTable normals) {
    SplittableRandom scrambler = new SplittableRandom((seed - 1) * SEED_FACTOR + SEED_OFFSET);
    this.random = new SplittableRandom(scrambler.nextLong());
    this.normals = normals;
  }

  /** 64 random bits. */
  long bits() {
    return random.nextLong();
  }

  /** Uniform, from 0 up to but not including 1. */
  double uniform() {
    return (bits() >>> 11) * 0x1p-53;
  }

  /** Uniform, from 0 up to but not including {@code bound}. */
  int below(int bound) {
    return (int) ((bits() >>> 33) % bound);
  }

  /** Standard normal. */
  float normal() {
    return normals.value(bits());
  }

  /** Exponential, with mean 1. */
  double exponential() {
    return -StrictMath.log(1 - uniform());
  }
}
