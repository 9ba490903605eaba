/** Measures the loops that a search spends its time in, by themselves. */
package org.learnedsparse.bench.loops;
