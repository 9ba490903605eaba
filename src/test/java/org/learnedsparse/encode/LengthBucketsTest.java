package org.learnedsparse.encode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.learnedsparse.encode.text.TokenWindow;

class LengthBucketsTest {
  private static final int BATCH_SIZE = 16;
  private static final long BATCH_TOKENS = 500;

  private static Window window(int length) {
    TokenWindow tokens = new TokenWindow(new long[length], 0, length, false, 0, length);
    return new Window(new EncodeTask(Mode.DOCUMENT, new EncodeTask.Text("", false)), 0, tokens);
  }

  private static List<Integer> lengths(List<Window> batch) {
    return batch.stream().map(Window::length).toList();
  }

  @Test
  void aBatchHoldsTheOldestWindowAndThoseOfLikeLength() {
    LengthBuckets buckets = new LengthBuckets();
    for (int length : new int[] {100, 20, 101, 300, 22}) {
      buckets.add(window(length));
    }
    assertEquals(List.of(100, 101), lengths(buckets.take(BATCH_SIZE, BATCH_TOKENS)));
    assertEquals(List.of(20, 22), lengths(buckets.take(BATCH_SIZE, BATCH_TOKENS)));
    assertEquals(List.of(300), lengths(buckets.take(BATCH_SIZE, BATCH_TOKENS)));
    assertEquals(List.of(), buckets.take(BATCH_SIZE, BATCH_TOKENS));
    assertEquals(0, buckets.size());
  }

  @Test
  void bothBoundsOfABatchHold() {
    LengthBuckets buckets = new LengthBuckets();
    for (int i = 0; i < 5; i++) {
      buckets.add(window(120));
    }
    assertEquals(2, buckets.take(2, BATCH_TOKENS).size());
    assertEquals(1, buckets.take(BATCH_SIZE, 239).size());
    assertEquals(2, buckets.take(BATCH_SIZE, 240).size());
  }

  @Test
  void aWindowThatIsTooLongForABatchGoesAlone() {
    LengthBuckets buckets = new LengthBuckets();
    buckets.add(window(512));
    buckets.add(window(512));
    assertEquals(List.of(512), lengths(buckets.take(BATCH_SIZE, BATCH_TOKENS)));
  }

  /** Lengths as passages have them, as many waiting as the encoder tokenises ahead. */
  @Test
  void littleOfMixedLengthsIsPadding() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    LengthBuckets buckets = new LengthBuckets();
    List<Window> waiting = new ArrayList<>();
    long tokens = 0;
    long run = 0;
    int batches = 0;
    int texts = 4000;
    for (int added = 0; added < texts || waiting.isEmpty() == false; batches++) {
      while (waiting.size() < 128 && added < texts) {
        double drawn = 80 * Math.exp(0.7 * random.nextGaussian());
        Window window = window((int) Math.round(Math.min(400, Math.max(8, drawn))));
        waiting.add(window);
        buckets.add(window);
        tokens += window.length();
        added++;
      }
      List<Window> batch = buckets.take(BATCH_SIZE, BATCH_TOKENS);
      long longest = batch.stream().mapToInt(Window::length).max().orElseThrow();
      assertSame(waiting.get(0), batch.get(0), "seed " + seed);
      assertTrue(batch.size() == 1 || longest * batch.size() <= BATCH_TOKENS, "seed " + seed);
      assertTrue(batch.size() <= BATCH_SIZE, "seed " + seed);
      waiting.removeAll(batch);
      run += longest * batch.size();
    }
    assertEquals(0, buckets.size());
    double padding = (double) run / tokens;
    assertTrue(padding < 1.035, "padding [" + padding + "], seed " + seed);
    double perBatch = (double) texts / batches;
    assertTrue(perBatch > 3, "texts a batch [" + perBatch + "], seed " + seed);
  }
}
