/** Encoding throughput: the ingest pipeline of a real node against a bare ONNX Runtime loop. */
package org.learnedsparse.bench.encode;
