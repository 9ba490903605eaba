package org.learnedsparse.bench.fusion;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.learnedsparse.bench.fusion.Samples.Time;

class SamplesTest {
  private final Samples samples = new Samples();

  private void add(long sparse, long dense, long fused) {
    samples.add(
        Map.of(Search.SPARSE, time(sparse), Search.DENSE, time(dense), Search.FUSED, time(fused)));
  }

  private static Time time(long nanos) {
    return new Time(nanos, nanos / 1_000_000);
  }

  /** The median of the shares, which that of the medians is not. */
  @Test
  void sharesAreTakenQueryByQuery() {
    add(1_000_000, 1_000_000, 1_000_000); // a half
    add(9_000_000, 1_000_000, 9_000_000); // nine tenths
    add(1_000_000, 3_000_000, 6_000_000); // one and a half
    assertEquals(.9, samples.shareOfSum(50));
    assertEquals(.5, samples.shareOfSum(1));
    assertEquals(1.5, samples.shareOfSum(100));
  }

  @Test
  void eachSearchHasItsTimes() {
    add(1_500_000, 20_000_000, 300_000_000);
    assertEquals(1.5, samples.waited(Search.SPARSE).mean());
    assertEquals(1, samples.took(Search.SPARSE).mean());
    assertEquals(20, samples.waited(Search.DENSE).mean());
    assertEquals(300, samples.took(Search.FUSED).mean());
  }
}
