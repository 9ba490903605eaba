/** The field type {@code learned_sparse}: from weights in a document to impacts in the index. */
package org.learnedsparse.mapper;
