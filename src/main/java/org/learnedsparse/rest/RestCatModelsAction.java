package org.learnedsparse.rest;

import static org.elasticsearch.rest.RestRequest.Method.GET;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.elasticsearch.client.internal.node.NodeClient;
import org.elasticsearch.common.Table;
import org.elasticsearch.common.unit.ByteSizeValue;
import org.elasticsearch.core.TimeValue;
import org.elasticsearch.rest.RestRequest;
import org.elasticsearch.rest.RestResponse;
import org.elasticsearch.rest.action.RestResponseListener;
import org.elasticsearch.rest.action.cat.AbstractCatAction;
import org.elasticsearch.rest.action.cat.RestTable;
import org.learnedsparse.encode.EncodeSnapshot;
import org.learnedsparse.model.ModelStatus;

/** {@code GET _cat/learned_sparse_models}: a line for each node and model that it was asked for. */
public final class RestCatModelsAction extends AbstractCatAction {
  private static final String NUMBER = "text-align:right;";

  @Override
  public List<Route> routes() {
    return List.of(new Route(GET, "/_cat/learned_sparse_models"));
  }

  @Override
  public String getName() {
    return "cat_learned_sparse_models";
  }

  @Override
  protected void documentation(StringBuilder lines) {
    lines.append("/_cat/learned_sparse_models\n");
  }

  @Override
  protected RestChannelConsumer doCatRequest(RestRequest request, NodeClient client) {
    return channel ->
        client.execute(
            StatsAction.TYPE,
            new StatsAction.Request(),
            new RestResponseListener<StatsAction.Response>(channel) {
              @Override
              public RestResponse buildResponse(StatsAction.Response stats) throws Exception {
                return RestTable.buildResponse(table(request, stats), channel);
              }
            });
  }

  @Override
  protected Table getTableWithHeader(RestRequest request) {
    Table table = new Table();
    table.startHeaders();
    table.addCell("node", "alias:n;desc:name of the node");
    table.addCell("model", "alias:m,id;desc:id of the model");
    table.addCell("digest", "alias:d;desc:SHA-256 of the model's files, where they were uploaded");
    table.addCell("state", "alias:st;desc:loading, loaded, evicted or failed");
    table.addCell("sessions", "alias:se;" + NUMBER + "desc:graphs that are loaded");
    table.addCell("native_bytes", "alias:nb;" + NUMBER + "desc:memory outside the heap");
    table.addCell("encodes", "alias:e;" + NUMBER + "desc:encode requests");
    table.addCell("query.p50", "alias:qp50;" + NUMBER + "desc:median time of a query");
    table.addCell("query.p99", "alias:qp99;" + NUMBER + "desc:99th percentile of a query's time");
    table.addCell("document.p50", "alias:dp50;" + NUMBER + "desc:median time of a document");
    table.addCell(
        "document.p99", "alias:dp99;" + NUMBER + "desc:99th percentile of a document's time");
    table.addCell("queue", "alias:q;" + NUMBER + "desc:texts that wait or are being encoded");
    table.addCell("rejections", "alias:r;" + NUMBER + "desc:requests refused for a full queue");
    table.endHeaders();
    return table;
  }

  private Table table(RestRequest request, StatsAction.Response stats) {
    Table table = getTableWithHeader(request);
    for (NodeStats node : stats.getNodes()) {
      node.models().forEach((id, model) -> row(table, node.getNode().getName(), id, model));
    }
    return table;
  }

  private static void row(Table table, String node, String id, ModelStatus model) {
    EncodeSnapshot encoding = model.encoding();
    table.startRow();
    table.addCell(node);
    table.addCell(id);
    table.addCell(model.digest());
    table.addCell(model.state());
    table.addCell(model.sessions());
    table.addCell(ByteSizeValue.ofBytes(model.nativeBytes()));
    table.addCell(encoding.requests());
    table.addCell(time(encoding.queries().p50Micros()));
    table.addCell(time(encoding.queries().p99Micros()));
    table.addCell(time(encoding.documents().p50Micros()));
    table.addCell(time(encoding.documents().p99Micros()));
    table.addCell(encoding.queued());
    table.addCell(encoding.rejections());
    table.endRow();
  }

  private static TimeValue time(long micros) {
    return new TimeValue(micros, TimeUnit.MICROSECONDS);
  }
}
