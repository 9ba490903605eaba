package org.learnedsparse.fusion;

import java.io.IOException;
import org.elasticsearch.common.io.stream.StreamInput;
import org.elasticsearch.common.io.stream.StreamOutput;
import org.elasticsearch.common.io.stream.Writeable;

/**
 * What one list says of a document.
 *
 * @param rank in the list, from 1
 * @param score in the list; not a number where a sort decides the list's order
 * @param normalized the score after normalising; 0 where ranks are fused
 * @param value what it adds to the fused score
 */
record ChildPart(int rank, float score, double normalized, double value) implements Writeable {

  /** Reads what {@link #writeTo} wrote. */
  static ChildPart read(StreamInput in) throws IOException {
    return new ChildPart(in.readVInt(), in.readFloat(), in.readDouble(), in.readDouble());
  }

  @Override
  public void writeTo(StreamOutput out) throws IOException {
    out.writeVInt(rank);
    out.writeFloat(score);
    out.writeDouble(normalized);
    out.writeDouble(value);
  }
}
