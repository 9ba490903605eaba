package org.learnedsparse.postings;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * The loops in the vector instructions of the processor. Found by name, for it links only where the
 * JVM has the module {@code jdk.incubator.vector}; compiled apart, for {@code --release} does not
 * know that module.
 */
final class VectorLoops implements ImpactLoops {
  private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;

  /** As many lanes as {@link #INTS}, or more where a vector cannot be that short. */
  private static final VectorSpecies<Byte> BYTES =
      VectorSpecies.of(
          byte.class,
          VectorShape.forBitSize(
              Math.max(
                  VectorShape.S_64_BIT.vectorBitSize(),
                  INTS.vectorBitSize() * Byte.SIZE / Integer.SIZE)));

  private static final int LANES = INTS.length();

  private final ImpactLoops plain;

  /**
   * @param plain for what vectors do not make faster
   * @throws UnsupportedOperationException if vectors of this processor are below 128 bits
   */
  VectorLoops(ImpactLoops plain) {
    if (INTS.vectorBitSize() < VectorShape.S_128_BIT.vectorBitSize()) {
      throw new UnsupportedOperationException(
          "vectors of " + INTS.vectorBitSize() + " bits: at least 128 are needed");
    }
    this.plain = plain;
  }

  /** Adds to single scores here and there: nothing for vectors. */
  @Override
  public void addPairs(byte[] pairs, int from, int count, int document, int weight, int[] scores) {
    plain.addPairs(pairs, from, count, document, weight, scores);
  }

  @Override
  public void addMaxima(byte[] maxima, int from, int weight, int[] bounds, int to) {
    for (int i = 0; i < Superblock.BLOCKS; i += BYTES.length()) {
      ByteVector bytes = ByteVector.fromArray(BYTES, maxima, from + i);
      for (int lane = 0, part = 0; lane < BYTES.length(); lane += LANES, part++) {
        Vector<Integer> signed = bytes.convertShape(VectorOperators.B2I, INTS, part);
        int at = to + i + lane;
        ((IntVector) signed)
            .and(0xFF) // not ZERO_EXTEND_B2I: JDK 17 does it wrongly
            .mul(weight)
            .add(IntVector.fromArray(INTS, bounds, at))
            .intoArray(bounds, at);
      }
    }
  }

  @Override
  public long atLeast(int[] sums, int from, int minimum) {
    long bits = 0;
    for (int i = 0; i < Long.SIZE; i += LANES) {
      IntVector vector = IntVector.fromArray(INTS, sums, from + i);
      bits |= vector.compare(VectorOperators.GE, minimum).toLong() << i;
    }
    return bits;
  }

  @Override
  public boolean anyAtLeast(int[] sums, int from, int minimum) {
    return atLeast(sums, from, minimum) != 0;
  }

  @Override
  public String toString() {
    return "vectors of " + INTS.vectorBitSize() + " bits";
  }
}
