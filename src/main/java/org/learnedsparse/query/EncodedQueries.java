package org.learnedsparse.query;

import java.io.IOException;
import java.util.Map;
import org.elasticsearch.common.io.stream.StreamInput;
import org.elasticsearch.common.io.stream.StreamOutput;
import org.elasticsearch.common.io.stream.Writeable;

/**
 * What the coordinating node made of a query.
 *
 * @param byModel the text's weights by model, pruned as the query wants; empty for a vector
 * @param warning what the client should know of it; null for nothing. The shards say it: headers
 *     that are set where a query is rewritten may be lost, as the search goes on in another thread
 */
record EncodedQueries(Map<String, EncodedQuery> byModel, String warning) implements Writeable {
  static EncodedQueries read(StreamInput in) throws IOException {
    return new EncodedQueries(in.readMap(EncodedQuery::read), in.readOptionalString());
  }

  @Override
  public void writeTo(StreamOutput out) throws IOException {
    out.writeMap(byModel, StreamOutput::writeWriteable);
    out.writeOptionalString(warning);
  }
}
