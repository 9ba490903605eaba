/** Benchmarks: what they share. */
package org.learnedsparse.bench;
