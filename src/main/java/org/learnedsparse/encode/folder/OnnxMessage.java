package org.learnedsparse.encode.folder;

/**
 * The messages of an ONNX file that a tensor can lie in, and the fields, by number, that lead from
 * one to the next: as {@code onnx.proto} has them.
 */
enum OnnxMessage {
  MODEL,
  GRAPH,
  TRAINING,
  FUNCTION,
  NODE,
  ATTRIBUTE,
  SPARSE_TENSOR,
  TENSOR,
  EXTERNAL_DATA;

  /** In a tensor: the type of its numbers. */
  static final int TENSOR_DATA_TYPE = 2;

  /** In a tensor: its name. */
  static final int TENSOR_NAME = 8;

  /** In a node: what it reads. */
  static final int NODE_INPUT = 1;

  /** In a node: what it writes. */
  static final int NODE_OUTPUT = 2;

  /** In a tensor: whether its numbers lie in the file itself (0) or in another one (1). */
  static final int TENSOR_DATA_LOCATION = 14;

  /** In external data: what is said, such as {@code location}. */
  static final int EXTERNAL_DATA_KEY = 1;

  /** In external data: what it is. */
  static final int EXTERNAL_DATA_VALUE = 2;

  /** The message in a field of this one, or null where no tensor can be. */
  OnnxMessage in(long field) {
    return switch (this) {
      case MODEL -> field == 7 ? GRAPH : field == 20 ? TRAINING : field == 25 ? FUNCTION : null;
      case GRAPH -> field == 1 ? NODE : field == 5 ? TENSOR : field == 15 ? SPARSE_TENSOR : null;
      case TRAINING -> field == 1 || field == 2 ? GRAPH : null;
      case FUNCTION -> field == 7 ? NODE : field == 11 ? ATTRIBUTE : null;
      case NODE -> field == 5 ? ATTRIBUTE : null;
      case ATTRIBUTE ->
          field == 5 || field == 10
              ? TENSOR
              : field == 6 || field == 11
                  ? GRAPH
                  : field == 22 || field == 23 ? SPARSE_TENSOR : null;
      case SPARSE_TENSOR -> field == 1 || field == 2 ? TENSOR : null;
      case TENSOR -> field == 13 ? EXTERNAL_DATA : null;
      case EXTERNAL_DATA -> null;
    };
  }
}
