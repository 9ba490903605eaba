package org.learnedsparse.encode.graph;

import org.learnedsparse.vector.SparseVector;

/**
 * What a graph gives for one window of a text.
 *
 * @param vector term weights; empty if the graph has no sparse head
 * @param dense null if the graph has no dense head
 * @param score null if the graph has no scalar head
 * @param start where the window begins in the text, in chars
 * @param end where it ends
 */
@SuppressWarnings("ArrayRecordComponent") // A list of numbers, never compared.
public record EncodedWindow(SparseVector vector, float[] dense, Float score, int start, int end) {}
