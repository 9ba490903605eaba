package org.learnedsparse.fusion;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.apache.lucene.search.Explanation;
import org.elasticsearch.common.io.stream.StreamInput;
import org.elasticsearch.common.io.stream.StreamOutput;
import org.elasticsearch.search.rank.RankDoc;
import org.elasticsearch.xcontent.XContentBuilder;

/** A fused document that can tell what each list said of it. */
public final class FusedRankDoc extends RankDoc {
  /** The name on the wire. */
  public static final String NAME = "learned_sparse_fused_doc";

  private final Fusion fusion;
  private final float fusedScore;

  /** By list; null where the list lacks the document. */
  private final ChildPart[] parts;

  FusedRankDoc(FusedDocument document, float score, Fusion fusion) {
    super(document.document(), score, document.shard());
    this.fusion = fusion;
    this.fusedScore = document.score();
    this.parts = document.parts();
  }

  /** Reads what {@link #writeTo} wrote. */
  public FusedRankDoc(StreamInput in) throws IOException {
    super(in);
    fusion =
        new Fusion(
            in.readEnum(FusionMethod.class),
            in.readVInt(),
            in.readCollectionAsList(
                child -> new Child(child.readDouble(), child.readEnum(Normalizer.class))));
    fusedScore = in.readFloat();
    parts = in.readArray(part -> part.readOptionalWriteable(ChildPart::read), ChildPart[]::new);
  }

  @Override
  public String getWriteableName() {
    return NAME;
  }

  @Override
  protected void doWriteTo(StreamOutput out) throws IOException {
    out.writeEnum(fusion.method());
    out.writeVInt(fusion.rankConstant());
    out.writeCollection(
        fusion.children(),
        (to, child) -> {
          to.writeDouble(child.weight());
          to.writeEnum(child.normalizer());
        });
    out.writeFloat(fusedScore);
    out.writeArray(StreamOutput::writeOptionalWriteable, parts);
  }

  /**
   * The parts of the score.
   *
   * @param sources what each list's query says of the document; there may be more, which are not of
   *     the lists
   * @param names of the lists, null where one has none
   */
  @Override
  public Explanation explain(Explanation[] sources, String[] names) {
    List<Explanation> details = new ArrayList<>();
    for (int i = 0; i < parts.length; i++) {
      String list = "[" + FusionParser.RETRIEVERS + "[" + i + "]]";
      if (names[i] != null) {
        list += " named [" + names[i] + "]";
      }
      details.add(
          parts[i] == null
              ? Explanation.match(0, list + " does not have it in its window")
              : Explanation.match(parts[i].value(), list + ": " + part(i), sources[i]));
    }
    if (score != fusedScore) {
      details.add(
          Explanation.match(
              (double) score - fusedScore,
              "raised, to stand above documents of the same score that come later by their ranks"));
    }
    return Explanation.match(
        score,
        "%s by [%s], rank [%s], sum of:"
            .formatted(FusionRetrieverBuilder.NAME, fusion.method(), rank),
        details);
  }

  private String part(int list) {
    ChildPart part = parts[list];
    Child child = fusion.children().get(list);
    String found = "rank [" + part.rank() + "]";
    if (Float.isNaN(part.score()) == false) {
      found += ", score [" + part.score() + "]";
    }
    return fusion.method() == FusionMethod.RRF
        ? "%s, weight [%s] / (rank_constant [%s] + rank [%s])"
            .formatted(found, child.weight(), fusion.rankConstant(), part.rank())
        : "%s, weight [%s] × [%s] by normalizer [%s]"
            .formatted(found, child.weight(), part.normalized(), child.normalizer());
  }

  @Override
  protected void doToXContent(XContentBuilder builder, Params params) throws IOException {
    builder.field("fused_score", fusedScore);
  }

  @Override
  protected boolean doEquals(RankDoc other) {
    FusedRankDoc that = (FusedRankDoc) other;
    return fusion.equals(that.fusion)
        && fusedScore == that.fusedScore
        && Arrays.equals(parts, that.parts);
  }

  @Override
  protected int doHashCode() {
    return Objects.hash(fusion, fusedScore, Arrays.hashCode(parts));
  }
}
