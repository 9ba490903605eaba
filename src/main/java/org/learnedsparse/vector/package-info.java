/**
 * Sparse vectors of named terms, their quantisation to impacts, and their pruning. Plain Java, no
 * dependency.
 */
package org.learnedsparse.vector;
