package org.learnedsparse.query;

import java.io.IOException;
import org.elasticsearch.common.io.stream.StreamInput;
import org.elasticsearch.common.io.stream.StreamOutput;
import org.elasticsearch.common.io.stream.Writeable;
import org.learnedsparse.vector.SparseVector;

/**
 * What a model made of a query text.
 *
 * @param indexIdf how far the weights are adapted to the searched indices, 0 (not at all) to 1
 */
record EncodedQuery(SparseVector vector, double indexIdf) implements Writeable {
  /** Weights that are to be used as they are. */
  static EncodedQuery fixed(SparseVector vector) {
    return new EncodedQuery(vector, 0);
  }

  static EncodedQuery read(StreamInput in) throws IOException {
    return new EncodedQuery(readVector(in), in.readDouble());
  }

  @Override
  public void writeTo(StreamOutput out) throws IOException {
    writeVector(out, vector);
    out.writeDouble(indexIdf);
  }

  static SparseVector readVector(StreamInput in) throws IOException {
    return SparseVector.of(in.readMap(StreamInput::readFloat));
  }

  static void writeVector(StreamOutput out, SparseVector vector) throws IOException {
    out.writeMap(vector.toMap(), StreamOutput::writeFloat);
  }
}
