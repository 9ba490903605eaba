package org.learnedsparse.rest;

import java.io.IOException;
import java.util.List;
import org.elasticsearch.rest.RestRequest;
import org.elasticsearch.xcontent.ConstructingObjectParser;
import org.elasticsearch.xcontent.ParseField;
import org.elasticsearch.xcontent.XContentParser;
import org.learnedsparse.encode.Mode;

/**
 * The body of a request to encode texts.
 *
 * @param by names what encodes: a model, or a field; null if it is not there
 * @param stated the mode; null if it is not there
 * @param texts null if they are not there
 */
record EncodeBody(String by, String stated, List<String> texts) {
  /** Parses bodies that name what encodes under this key. */
  @SuppressWarnings("unchecked")
  static ConstructingObjectParser<EncodeBody, Void> parser(String by) {
    ConstructingObjectParser<EncodeBody, Void> parser =
        new ConstructingObjectParser<>(
            "encode",
            false,
            values ->
                new EncodeBody((String) values[0], (String) values[1], (List<String>) values[2]));
    parser.declareString(ConstructingObjectParser.optionalConstructorArg(), new ParseField(by));
    parser.declareString(ConstructingObjectParser.optionalConstructorArg(), new ParseField("mode"));
    parser.declareStringArray(
        ConstructingObjectParser.optionalConstructorArg(), new ParseField("texts"));
    return parser;
  }

  /** Reads a request's body. */
  static EncodeBody of(RestRequest request, ConstructingObjectParser<EncodeBody, Void> parser)
      throws IOException {
    try (XContentParser content = request.contentParser()) {
      return parser.apply(content, null);
    }
  }

  /**
   * The side that the texts are on.
   *
   * @throws IllegalArgumentException if what is stated is none
   */
  Mode mode() {
    return stated == null ? Mode.DOCUMENT : Mode.of(stated);
  }
}
