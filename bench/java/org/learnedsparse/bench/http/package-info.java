/**
 * Measures search and indexing as a client of a real node sees them: {@code learned_sparse} against
 * Elasticsearch's {@code sparse_vector}, over HTTP.
 */
package org.learnedsparse.bench.http;
