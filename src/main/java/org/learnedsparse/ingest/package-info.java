/** The ingest processor {@code learned_sparse}: from a text in a document to its term weights. */
package org.learnedsparse.ingest;
