package org.learnedsparse.query;

import java.io.IOException;
import org.elasticsearch.common.io.stream.StreamInput;
import org.elasticsearch.common.io.stream.StreamOutput;
import org.elasticsearch.common.io.stream.Writeable;
import org.elasticsearch.search.vectors.VectorData;
import org.learnedsparse.vector.SparseVector;

/**
 * What a model made of a query's texts.
 *
 * @param vector the term weights; none if they were not asked for
 * @param indexIdf how far the weights are adapted to the searched indices, 0 (not at all) to 1
 * @param dense null if it was not asked for, or the texts have no tokens
 */
record EncodedQuery(SparseVector vector, double indexIdf, VectorData dense) implements Writeable {
  /** Weights that are to be used as they are. */
  static EncodedQuery fixed(SparseVector vector) {
    return new EncodedQuery(vector, 0, null);
  }

  static EncodedQuery read(StreamInput in) throws IOException {
    return new EncodedQuery(
        readVector(in), in.readDouble(), in.readOptionalWriteable(VectorData::new));
  }

  @Override
  public void writeTo(StreamOutput out) throws IOException {
    writeVector(out, vector);
    out.writeDouble(indexIdf);
    out.writeOptionalWriteable(dense);
  }

  static SparseVector readVector(StreamInput in) throws IOException {
    return SparseVector.of(in.readMap(StreamInput::readFloat));
  }

  static void writeVector(StreamOutput out, SparseVector vector) throws IOException {
    out.writeMap(vector.toMap(), StreamOutput::writeFloat);
  }
}
