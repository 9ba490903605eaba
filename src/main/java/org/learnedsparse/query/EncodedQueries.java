package org.learnedsparse.query;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.elasticsearch.common.io.stream.StreamInput;
import org.elasticsearch.common.io.stream.StreamOutput;
import org.elasticsearch.common.io.stream.Writeable;

/**
 * What the coordinating node made of a query.
 *
 * @param byModel what the texts became by the model's name in the query or the mapping, weights
 *     pruned as the query wants; empty for a vector
 * @param warnings what the client should know of it. The shards say it: headers that are set where
 *     a query is rewritten may be lost, as the search goes on in another thread
 * @param relevant how many documents the query was changed by; null while feedback has not been
 */
record EncodedQueries(Map<String, EncodedQuery> byModel, List<String> warnings, Integer relevant)
    implements Writeable {
  /** Nothing was encoded, and nothing is to be said. */
  static final EncodedQueries NONE = new EncodedQueries(Map.of(), List.of(), null);

  static EncodedQueries read(StreamInput in) throws IOException {
    return new EncodedQueries(
        in.readMap(EncodedQuery::read), in.readStringCollectionAsList(), in.readOptionalVInt());
  }

  /**
   * After feedback.
   *
   * @param more warnings
   */
  EncodedQueries changed(Map<String, EncodedQuery> others, int documents, List<String> more) {
    List<String> all = new ArrayList<>(warnings);
    all.addAll(more);
    return new EncodedQueries(others, all, documents);
  }

  @Override
  public void writeTo(StreamOutput out) throws IOException {
    out.writeMap(byModel, StreamOutput::writeWriteable);
    out.writeStringCollection(warnings);
    out.writeOptionalVInt(relevant);
  }
}
