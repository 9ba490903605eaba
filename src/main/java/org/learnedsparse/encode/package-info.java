/**
 * From text to term weights: tokenizer, ONNX graph, pooling, windows, batches, and the folder that
 * a model lives in.
 *
 * <p>{@link org.learnedsparse.encode.Encoder} is the way in. It knows nothing of Elasticsearch:
 * callers bring the executor, and map {@link org.learnedsparse.encode.EncodeQueueFullException} and
 * {@link org.learnedsparse.encode.folder.ModelException} to errors of their own.
 */
package org.learnedsparse.encode;
