/** Benchmarks on a real node: what they share. */
package org.learnedsparse.bench;
