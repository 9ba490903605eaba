/** ONNX graphs: sessions, their outputs, and the heads that turn outputs into vectors. */
package org.learnedsparse.encode.graph;
