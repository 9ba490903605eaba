package org.learnedsparse.encode;

import org.learnedsparse.vector.SparseVector;

/**
 * One text's term weights.
 *
 * @param vector the weights
 * @param tokens how many tokens the text has, without special tokens
 * @param windows how many overlapping windows it was encoded in; 1 unless it is longer than the
 *     model takes at once, 0 for a text of no tokens and for routes without inference
 */
public record EncodedText(SparseVector vector, int tokens, int windows) {}
