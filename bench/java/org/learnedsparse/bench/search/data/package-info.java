/**
 * Made-up learned-sparse vectors whose statistics were fitted to a SPLADE model on web passages:
 * about 121 terms a document and 45 a query of 30,522, document frequencies up to 38%, weights
 * quantised to 8 bits.
 *
 * <p>A {@link TopicModel} says which terms go together and how strongly. It is the same for every
 * collection, so collections of any size and seed share their topics. The {@link DocumentSampler}
 * draws documents from it, each of its number and the seed alone; the {@link QuerySampler} draws
 * queries that ask for one of the documents. {@link DocumentFile} holds a collection on disk.
 *
 * <p>The arithmetic is that of {@link java.lang.StrictMath}, so that every machine makes the same
 * collection.
 */
package org.learnedsparse.bench.search.data;
