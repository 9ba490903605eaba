package org.learnedsparse.rest;

import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.elasticsearch.action.support.nodes.BaseNodeResponse;
import org.elasticsearch.cluster.node.DiscoveryNode;
import org.elasticsearch.common.io.stream.StreamInput;
import org.elasticsearch.common.io.stream.StreamOutput;
import org.elasticsearch.xcontent.ToXContentFragment;
import org.elasticsearch.xcontent.XContentBuilder;
import org.learnedsparse.encode.EncodeSnapshot;
import org.learnedsparse.engine.ReorderStatistics;
import org.learnedsparse.engine.ReorderStatistics.Reason;
import org.learnedsparse.model.MemoryStatus;
import org.learnedsparse.model.ModelState;
import org.learnedsparse.model.ModelStatus;

/** What one node has encoded, indexed and merged since it started, and the models it has. */
public final class NodeStats extends BaseNodeResponse implements ToXContentFragment {
  private final Map<String, ModelStatus> models;
  private final MemoryStatus memory;
  private final Map<String, Map<String, Long>> aboveMaximum;
  private final Map<String, Long> belowQuality;
  private final ReorderStatistics.Snapshot reorders;

  NodeStats(
      DiscoveryNode node,
      Map<String, ModelStatus> models,
      MemoryStatus memory,
      Map<String, Map<String, Long>> aboveMaximum,
      Map<String, Long> belowQuality,
      ReorderStatistics.Snapshot reorders) {
    super(node);
    this.models = models;
    this.memory = memory;
    this.aboveMaximum = aboveMaximum;
    this.belowQuality = belowQuality;
    this.reorders = reorders;
  }

  NodeStats(StreamInput in) throws IOException {
    super(in);
    models = new TreeMap<>(in.readMap(NodeStats::readModel));
    memory = new MemoryStatus(in.readVLong(), in.readVLong(), in.readVLong(), in.readVLong());
    aboveMaximum = new TreeMap<>(in.readMap(fields -> fields.readMap(StreamInput::readVLong)));
    belowQuality = new TreeMap<>(in.readMap(StreamInput::readVLong));
    reorders =
        new ReorderStatistics.Snapshot(
            in.readVInt(),
            in.readVLong(),
            in.readVLong(),
            in.readVLong(),
            new TreeMap<>(in.readMap(key -> key.readEnum(Reason.class), StreamInput::readVLong)));
  }

  @Override
  public void writeTo(StreamOutput out) throws IOException {
    super.writeTo(out);
    out.writeMap(models, NodeStats::writeModel);
    out.writeVLong(memory.limitBytes());
    out.writeVLong(memory.nativeBytes());
    out.writeVLong(memory.loads());
    out.writeVLong(memory.evictions());
    out.writeMap(aboveMaximum, (inner, fields) -> inner.writeMap(fields, StreamOutput::writeVLong));
    out.writeMap(belowQuality, StreamOutput::writeVLong);
    out.writeVInt(reorders.current());
    out.writeVLong(reorders.segments());
    out.writeVLong(reorders.documents());
    out.writeVLong(reorders.millis());
    out.writeMap(reorders.skipped(), StreamOutput::writeEnum, StreamOutput::writeVLong);
  }

  /** The models that the node was asked for, by id. */
  Map<String, ModelStatus> models() {
    return models;
  }

  private static ModelStatus readModel(StreamInput in) throws IOException {
    return new ModelStatus(
        in.readOptionalString(),
        in.readEnum(ModelState.class),
        in.readVInt(),
        in.readVLong(),
        readSnapshot(in));
  }

  private static void writeModel(StreamOutput out, ModelStatus model) throws IOException {
    out.writeOptionalString(model.digest());
    out.writeEnum(model.state());
    out.writeVInt(model.sessions());
    out.writeVLong(model.nativeBytes());
    writeSnapshot(out, model.encoding());
  }

  private static EncodeSnapshot readSnapshot(StreamInput in) throws IOException {
    return new EncodeSnapshot(
        in.readVLong(),
        in.readVLong(),
        in.readVLong(),
        in.readVLong(),
        in.readVLong(),
        in.readVLong(),
        in.readVLong(),
        in.readVInt(),
        in.readVLong(),
        in.readVLong(),
        readLatency(in),
        readLatency(in));
  }

  private static void writeSnapshot(StreamOutput out, EncodeSnapshot stats) throws IOException {
    out.writeVLong(stats.requests());
    out.writeVLong(stats.texts());
    out.writeVLong(stats.tokens());
    out.writeVLong(stats.windows());
    out.writeVLong(stats.windowedTexts());
    out.writeVLong(stats.batches());
    out.writeVLong(stats.graphMicros());
    out.writeVInt(stats.queued());
    out.writeVLong(stats.rejections());
    out.writeVLong(stats.failures());
    writeLatency(out, stats.documents());
    writeLatency(out, stats.queries());
  }

  private static EncodeSnapshot.Latency readLatency(StreamInput in) throws IOException {
    return new EncodeSnapshot.Latency(
        in.readVLong(), in.readVLong(), in.readVLong(), in.readVLong());
  }

  private static void writeLatency(StreamOutput out, EncodeSnapshot.Latency latency)
      throws IOException {
    out.writeVLong(latency.count());
    out.writeVLong(latency.p50Micros());
    out.writeVLong(latency.p99Micros());
    out.writeVLong(latency.maxMicros());
  }

  @Override
  public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
    builder.startObject(getNode().getId());
    builder.field("name", getNode().getName());
    builder.field("memory_limit_bytes", memory.limitBytes());
    builder.field("native_bytes", memory.nativeBytes());
    builder.field("loads", memory.loads());
    builder.field("evictions", memory.evictions());
    builder.startObject("models");
    for (Map.Entry<String, ModelStatus> model : models.entrySet()) {
      builder.startObject(model.getKey());
      model(builder, model.getValue());
      builder.endObject();
    }
    builder.endObject();
    builder.field("weights_above_maximum", aboveMaximum);
    builder.field("texts_below_quality", belowQuality);
    reordering(builder);
    return builder.endObject();
  }

  private void reordering(XContentBuilder builder) throws IOException {
    builder.startObject("reorder");
    builder.field("current", reorders.current());
    builder.field("segments", reorders.segments());
    builder.field("documents", reorders.documents());
    builder.field("time_in_millis", reorders.millis());
    builder.startObject("skipped");
    for (Map.Entry<Reason, Long> skips : reorders.skipped().entrySet()) {
      builder.field(skips.getKey().name().toLowerCase(Locale.ROOT), skips.getValue());
    }
    builder.endObject();
    builder.endObject();
  }

  private static void model(XContentBuilder builder, ModelStatus model) throws IOException {
    if (model.digest() != null) {
      builder.field("digest", model.digest());
    }
    builder.field("state", model.state().toString());
    builder.field("sessions", model.sessions());
    builder.field("native_bytes", model.nativeBytes());
    encoding(builder, model.encoding());
  }

  private static void encoding(XContentBuilder builder, EncodeSnapshot stats) throws IOException {
    builder.field("encodes", stats.requests());
    builder.field("texts", stats.texts());
    builder.field("tokens", stats.tokens());
    builder.field("windows", stats.windows());
    builder.field("windowed_texts", stats.windowedTexts());
    builder.field("batches", stats.batches());
    builder.field("graph_time_in_micros", stats.graphMicros());
    builder.field("queue", stats.queued());
    builder.field("rejections", stats.rejections());
    builder.field("failures", stats.failures());
    builder.startObject("latency");
    latency(builder, "document", stats.documents());
    latency(builder, "query", stats.queries());
    builder.endObject();
  }

  private static void latency(XContentBuilder builder, String mode, EncodeSnapshot.Latency latency)
      throws IOException {
    builder.startObject(mode);
    builder.field("count", latency.count());
    builder.field("p50_ms", latency.p50Micros() / 1000.0);
    builder.field("p99_ms", latency.p99Micros() / 1000.0);
    builder.field("max_ms", latency.maxMicros() / 1000.0);
    builder.endObject();
  }
}
