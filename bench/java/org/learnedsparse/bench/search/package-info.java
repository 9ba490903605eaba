/** Measures search: the plugin's field and query against Elasticsearch's {@code sparse_vector}. */
package org.learnedsparse.bench.search;
