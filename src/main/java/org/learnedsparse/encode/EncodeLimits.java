package org.learnedsparse.encode;

/**
 * The bounds of one model's encoding on a node.
 *
 * @param threads batches that run at once, 1 or more
 * @param batchSize windows in a batch at the most, 1 or more
 * @param queueSize texts that may wait at once, 1 or more
 */
public record EncodeLimits(int threads, int batchSize, int queueSize) {}
