package org.learnedsparse.bench.fusion;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ClusteredVectorsTest {
  private static double product(float[] one, float[] other) {
    double product = 0;
    for (int i = 0; i < one.length; i++) {
      product += one[i] * other[i];
    }
    return product;
  }

  @Test
  void vectorsOfAClusterAreNearEachOther() {
    ClusteredVectors vectors = new ClusteredVectors(3, 4, 1024);
    int near = 0;
    for (int id = 0; id < 400; id++) {
      float[] vector = vectors.document(id);
      assertEquals(1, product(vector, vector), 1e-5);
      double product = product(vector, vectors.query(0));
      // Within a cluster some 0.5, else some 0: so far apart that nothing lies between.
      assertTrue(Math.abs(product - .5) < .25 || Math.abs(product) < .25, "product " + product);
      near += product > .25 ? 1 : 0;
    }
    assertEquals(100, near, 40);
  }

  @Test
  void aNumberAndASeedGiveAVector() {
    ClusteredVectors vectors = new ClusteredVectors(1, 10, 8);
    assertArrayEquals(vectors.document(7), new ClusteredVectors(1, 10, 8).document(7));
    assertNotEquals(vectors.document(7)[0], vectors.document(8)[0]);
    assertNotEquals(vectors.document(7)[0], vectors.query(7)[0]);
    assertNotEquals(vectors.document(7)[0], new ClusteredVectors(2, 10, 8).document(7)[0]);
  }
}
