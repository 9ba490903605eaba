package org.learnedsparse.fusion;

/**
 * How much one list counts.
 *
 * @param weight finite, 0 or above
 * @param normalizer of its scores; unused where ranks are fused
 */
record Child(double weight, Normalizer normalizer) {}
