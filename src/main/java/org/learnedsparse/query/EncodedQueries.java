package org.learnedsparse.query;

import java.io.IOException;
import java.util.Map;
import org.elasticsearch.common.io.stream.StreamInput;
import org.elasticsearch.common.io.stream.StreamOutput;
import org.elasticsearch.common.io.stream.Writeable;

/**
 * What the coordinating node made of a query.
 *
 * @param byModel what the texts became by model, weights pruned as the query wants; empty for a
 *     vector
 * @param warning what the client should know of it; null for nothing. The shards say it: headers
 *     that are set where a query is rewritten may be lost, as the search goes on in another thread
 * @param relevant how many documents the query was changed by; null while feedback has not been
 */
record EncodedQueries(Map<String, EncodedQuery> byModel, String warning, Integer relevant)
    implements Writeable {
  /** Nothing was encoded, and nothing is to be said. */
  static final EncodedQueries NONE = new EncodedQueries(Map.of(), null, null);

  static EncodedQueries read(StreamInput in) throws IOException {
    return new EncodedQueries(
        in.readMap(EncodedQuery::read), in.readOptionalString(), in.readOptionalVInt());
  }

  /** After feedback. */
  EncodedQueries changed(Map<String, EncodedQuery> others, int documents) {
    return new EncodedQueries(others, warning, documents);
  }

  @Override
  public void writeTo(StreamOutput out) throws IOException {
    out.writeMap(byModel, StreamOutput::writeWriteable);
    out.writeOptionalString(warning);
    out.writeOptionalVInt(relevant);
  }
}
