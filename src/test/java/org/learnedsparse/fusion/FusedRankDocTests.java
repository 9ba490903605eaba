package org.learnedsparse.fusion;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.search.Explanation;
import org.elasticsearch.common.io.stream.NamedWriteableRegistry;
import org.elasticsearch.common.io.stream.Writeable;
import org.elasticsearch.search.rank.RankDoc;
import org.elasticsearch.test.AbstractWireSerializingTestCase;
import org.learnedsparse.LearnedSparsePlugin;

public class FusedRankDocTests extends AbstractWireSerializingTestCase<RankDoc> {
  @Override
  protected NamedWriteableRegistry getNamedWriteableRegistry() {
    return new NamedWriteableRegistry(new LearnedSparsePlugin().getNamedWriteables());
  }

  @Override
  protected Writeable.Reader<RankDoc> instanceReader() {
    return FusedRankDoc::new;
  }

  @Override
  protected RankDoc createTestInstance() {
    int lists = between(1, 4);
    FusedDocument document = new FusedDocument(between(0, 9), between(0, 1000), lists);
    for (int i = 0; i < lists; i++) {
      if (randomBoolean()) {
        document.add(i, randomPart());
      }
    }
    return document(document, randomFloat(), randomFusion(lists), between(1, 10_000));
  }

  private static RankDoc document(FusedDocument document, float score, Fusion fusion, int rank) {
    RankDoc fused = new FusedRankDoc(document, score, fusion);
    fused.rank = rank;
    return fused;
  }

  private static ChildPart randomPart() {
    return new ChildPart(
        between(1, 10_000),
        randomBoolean() ? Float.NaN : randomFloat(),
        randomDouble(),
        randomDouble());
  }

  private static Fusion randomFusion(int lists) {
    List<Child> children = new ArrayList<>();
    for (int i = 0; i < lists; i++) {
      children.add(new Child(randomDouble(), randomFrom(Normalizer.values())));
    }
    return new Fusion(randomFrom(FusionMethod.values()), between(1, Integer.MAX_VALUE), children);
  }

  @Override
  protected RankDoc mutateInstance(RankDoc instance) throws IOException {
    return randomValueOtherThan(instance, this::createTestInstance);
  }

  public void testAnExplanationAddsUp() {
    Fusion fusion =
        new Fusion(
            FusionMethod.LINEAR,
            60,
            List.of(new Child(2, Normalizer.MIN_MAX), new Child(1, Normalizer.NONE)));
    FusedDocument document = new FusedDocument(0, 7, 2);
    document.add(0, new ChildPart(3, 1.5f, 0.25, 0.5));
    float raised = Math.nextUp(0.5f);
    Explanation source = Explanation.match(1.5f, "a source");
    Explanation explanation =
        document(document, raised, fusion, 4)
            .explain(
                new Explanation[] {source, source, source}, new String[] {"sparse", null, null});
    assertThat(
        explanation.getDescription(),
        equalTo("learned_sparse_fusion by [linear], rank [4], sum of:"));
    assertThat(explanation.getValue(), equalTo(raised));
    Explanation[] details = explanation.getDetails();
    assertThat(details.length, equalTo(3));
    assertThat(
        details[0].getDescription(),
        equalTo(
            "[retrievers[0]] named [sparse]: rank [3], score [1.5], weight [2.0] × [0.25] by"
                + " normalizer [min_max]"));
    assertThat(details[0].getDetails()[0], equalTo(source));
    assertThat(
        details[1].getDescription(), equalTo("[retrievers[1]] does not have it in its window"));
    assertThat(details[2].getDescription(), containsString("raised"));
    double sum = 0;
    for (Explanation detail : details) {
      sum += detail.getValue().doubleValue();
    }
    assertThat((float) sum, equalTo(raised));
  }

  public void testWhatASortOrdersHasNoScore() {
    Fusion fusion = new Fusion(FusionMethod.RRF, 1, List.of(new Child(1, Normalizer.NONE)));
    FusedDocument document = new FusedDocument(0, 7, 1);
    document.add(0, new ChildPart(1, Float.NaN, 0, 0.5));
    assertThat(
        document(document, 0.5f, fusion, 1)
            .explain(new Explanation[] {Explanation.noMatch("none")}, new String[] {null})
            .getDetails()[0]
            .getDescription(),
        equalTo("[retrievers[0]]: rank [1], weight [1.0] / (rank_constant [1] + rank [1])"));
  }
}
