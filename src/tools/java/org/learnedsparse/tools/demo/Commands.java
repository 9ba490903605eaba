package org.learnedsparse.tools.demo;

import com.fasterxml.jackson.databind.node.TextNode;
import org.learnedsparse.tools.node.RealNode;

/** What to type while the node runs. */
final class Commands {

  private Commands() {}

  /**
   * The commands, as they can be pasted into a shell.
   *
   * @param query one to start with
   */
  static String of(RealNode node, String query) {
    return """
        Elasticsearch keeps running. Some things to try:

          url=%1$s
          json='Content-Type: application/json'

          # A query, explained term by term: change it
          curl -s "$url/demo/_search?pretty" -H "$json" -d '{
            "size": 3, "explain": true, "_source": ["title"], "query": { "learned_sparse": {
              "field": "body_sparse",
              "query": %2$s
            } } }'

          # The weights of any text
          curl -s "$url/_learned_sparse/encode?pretty" -H "$json" -d '{
            "model": "default", "mode": "document", "texts": ["Bees dance to tell the way."] }'

          # One more document: the pipeline encodes it
          curl -s "$url/demo/_doc/bees?refresh&pretty" -H "$json" -d '{
            "title": "Bees", "body": "Bees dance to tell the way." }'

          # The mapping, the pipeline, what the encoder did
          curl -s "$url/demo/_mapping?pretty"
          curl -s "$url/_ingest/pipeline/demo?pretty"
          curl -s "$url/_learned_sparse/stats?pretty"

        Stop it with: kill %3$d
        Its log: %4$s"""
        .formatted(node.url(), quoted(query), node.pid(), node.logFile());
  }

  /** A JSON string inside a shell's single quotes. */
  private static String quoted(String text) {
    return TextNode.valueOf(text).toString().replace("'", "'\\''");
  }
}
