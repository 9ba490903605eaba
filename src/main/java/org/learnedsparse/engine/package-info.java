/**
 * How {@code learned_sparse} fields get their own postings format in Elasticsearch's shards.
 *
 * <p>Elasticsearch has no hook for a field's postings format. A shard's engine can be replaced, and
 * it hands the settings of its index writer to a method that may change them: {@link
 * org.learnedsparse.engine.LearnedSparseEngineFactory}. The codec there becomes {@link
 * org.learnedsparse.engine.ImpactCodec}, which writes every other part of a segment as
 * Elasticsearch does.
 *
 * <p>Reading needs none of this. A segment names its codec, which is Elasticsearch's own, and each
 * field in it names its postings format, which Lucene finds through {@code META-INF/services}. So
 * snapshots, closed indices and engines of other kinds read what was written here.
 *
 * <p>The same method sets the merge policy, which renumbers documents so that a search can skip
 * more of them: {@link org.learnedsparse.engine.DocumentReorderer}.
 */
package org.learnedsparse.engine;
