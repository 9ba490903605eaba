package org.learnedsparse.query;

import java.io.IOException;
import org.elasticsearch.common.io.stream.StreamInput;
import org.elasticsearch.common.io.stream.StreamOutput;
import org.elasticsearch.common.io.stream.Writeable;
import org.elasticsearch.xcontent.ToXContentObject;
import org.elasticsearch.xcontent.XContentBuilder;

/**
 * One of the texts that a query is made of, such as a hypothetical answer (HyDE: Gao et al., <a
 * href="https://doi.org/10.18653/v1/2023.acl-long.99">Precise Zero-Shot Dense Retrieval without
 * Relevance Labels</a>, 2023).
 *
 * @param weight its share of the query, against the other texts' weights; above 0
 */
record WeightedText(String text, double weight) implements Writeable, ToXContentObject {
  static WeightedText read(StreamInput in) throws IOException {
    return new WeightedText(in.readString(), in.readDouble());
  }

  @Override
  public void writeTo(StreamOutput out) throws IOException {
    out.writeString(text);
    out.writeDouble(weight);
  }

  @Override
  public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
    return builder
        .startObject()
        .field(QueryParser.TEXT, text)
        .field(QueryParser.WEIGHT, weight)
        .endObject();
  }
}
