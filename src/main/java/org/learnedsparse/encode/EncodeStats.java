package org.learnedsparse.encode;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.ConcurrentHistogram;

/**
 * Counts what a model's encoders have done. One that is loaded again goes on with the counts of the
 * one before.
 *
 * <p>Safe for use by many threads.
 */
public final class EncodeStats {
  private static final long MAX_MICROS = TimeUnit.HOURS.toMicros(1);

  final LongAdder requests = new LongAdder();
  final LongAdder texts = new LongAdder();
  final LongAdder tokens = new LongAdder();
  final LongAdder windows = new LongAdder();
  final LongAdder windowedTexts = new LongAdder();
  final LongAdder batches = new LongAdder();
  final LongAdder rejections = new LongAdder();
  final LongAdder failures = new LongAdder();
  final LongAdder graphNanos = new LongAdder();
  private final ConcurrentHistogram documents = new ConcurrentHistogram(MAX_MICROS, 2);
  private final ConcurrentHistogram queries = new ConcurrentHistogram(MAX_MICROS, 2);

  /** Whether nothing was ever asked. */
  public boolean isEmpty() {
    return requests.sum() == 0 && rejections.sum() == 0;
  }

  void took(Mode mode, long nanos) {
    ConcurrentHistogram histogram = mode == Mode.QUERY ? queries : documents;
    histogram.recordValue(Math.min(MAX_MICROS, TimeUnit.NANOSECONDS.toMicros(nanos)));
  }

  /**
   * The counts of now.
   *
   * @param queued texts that wait or are being encoded
   */
  public EncodeSnapshot snapshot(int queued) {
    return new EncodeSnapshot(
        requests.sum(),
        texts.sum(),
        tokens.sum(),
        windows.sum(),
        windowedTexts.sum(),
        batches.sum(),
        TimeUnit.NANOSECONDS.toMicros(graphNanos.sum()),
        queued,
        rejections.sum(),
        failures.sum(),
        latency(documents),
        latency(queries));
  }

  private static EncodeSnapshot.Latency latency(ConcurrentHistogram histogram) {
    return new EncodeSnapshot.Latency(
        histogram.getTotalCount(),
        histogram.getValueAtPercentile(50),
        histogram.getValueAtPercentile(99),
        histogram.getMaxValue());
  }
}
