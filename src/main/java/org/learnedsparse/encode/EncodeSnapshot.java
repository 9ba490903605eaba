package org.learnedsparse.encode;

/**
 * What a model's encoders have done, all that were loaded one after the other.
 *
 * @param requests calls, each for one or more texts
 * @param texts texts encoded
 * @param tokens tokens in them, special tokens left out
 * @param windows windows that went through a graph
 * @param windowedTexts texts that were too long for one window
 * @param batches runs of a graph
 * @param graphMicros time in runs of a graph, all threads together
 * @param queued texts that wait or are being encoded now
 * @param rejections calls refused because the queue was full
 * @param failures texts that failed
 * @param documents time from call to answer, a text, in document mode
 * @param queries the same in query mode
 */
public record EncodeSnapshot(
    long requests,
    long texts,
    long tokens,
    long windows,
    long windowedTexts,
    long batches,
    long graphMicros,
    int queued,
    long rejections,
    long failures,
    Latency documents,
    Latency queries) {

  /** A distribution of times in microseconds, exact to two digits. */
  public record Latency(long count, long p50Micros, long p99Micros, long maxMicros) {}
}
