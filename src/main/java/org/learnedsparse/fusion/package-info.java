/**
 * The retriever {@code learned_sparse_fusion}: the lists of several retrievers made one, by their
 * ranks or by their scores.
 */
package org.learnedsparse.fusion;
