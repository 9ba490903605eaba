/** The query {@code learned_sparse}: encoded once on the coordinating node, run on every shard. */
package org.learnedsparse.query;
