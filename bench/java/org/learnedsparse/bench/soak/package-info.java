/** Bounded memory: many documents through a node with a small heap. */
package org.learnedsparse.bench.soak;
