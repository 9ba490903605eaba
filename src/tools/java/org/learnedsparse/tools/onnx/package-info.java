/** Writes ONNX graphs and whole model folders from Java: for tests, benchmarks and training. */
package org.learnedsparse.tools.onnx;
