/**
 * Measures what it costs to fuse: the {@code learned_sparse} query with {@code knn} against the two
 * searches that it stands for, over HTTP.
 */
package org.learnedsparse.bench.fusion;
