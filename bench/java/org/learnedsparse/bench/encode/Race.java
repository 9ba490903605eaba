package org.learnedsparse.bench.encode;

import ai.onnxruntime.OrtException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** The same texts through the bare loop's setups and the pipeline, turn by turn. */
final class Race {
  /** Who takes part; whose ratios matter most have their turns next to each other. */
  enum Contestant {
    /** The bare loop, a run over all cores. */
    SPREAD,
    /** The bare loop, runs of one thread side by side. */
    PARALLEL,
    /** The node. */
    PIPELINE,
    /** The bare loop without any grouping by length. */
    ARRIVAL
  }

  private final BareLoop loop;
  private final Pipeline pipeline;
  private final Map<Contestant, BareLoop.Setup> setups;
  private final int specialTokens;
  private final Map<Contestant, List<Speed>> speeds = new EnumMap<>(Contestant.class);
  private Pipeline.Round lastPiped;

  /**
   * @param setups of all contestants but the pipeline
   * @param specialTokens that each text's token ids have, and the node's statistics leave out
   */
  Race(
      BareLoop loop, Pipeline pipeline, Map<Contestant, BareLoop.Setup> setups, int specialTokens) {
    this.loop = loop;
    this.pipeline = pipeline;
    this.setups = Map.copyOf(setups);
    this.specialTokens = specialTokens;
    for (Contestant contestant : Contestant.values()) {
      speeds.put(contestant, new ArrayList<>());
    }
  }

  /**
   * Everyone runs these texts, and nothing is noted: caches, memory and compiled code are there.
   */
  void warmUp(List<String> texts, List<long[]> tokens) throws OrtException, InterruptedException {
    for (Contestant contestant : Contestant.values()) {
      run(contestant, texts, tokens);
    }
  }

  /** Everyone runs all texts once, in turns that are reversed after each round. */
  void round(List<String> texts, List<long[]> tokens) throws OrtException, InterruptedException {
    List<Contestant> order = new ArrayList<>(List.of(Contestant.values()));
    if (rounds() % 2 == 1) {
      Collections.reverse(order);
    }
    for (Contestant contestant : order) {
      speeds.get(contestant).add(run(contestant, texts, tokens));
    }
  }

  private Speed run(Contestant contestant, List<String> texts, List<long[]> tokens)
      throws OrtException, InterruptedException {
    if (contestant != Contestant.PIPELINE) {
      return loop.run(tokens, setups.get(contestant));
    }
    lastPiped = pipeline.run(texts);
    checkSameWork(tokens, lastPiped.counts());
    return lastPiped.speed();
  }

  /** Both sides must have run the model on the same tokens. */
  private void checkSameWork(List<long[]> tokens, EncodingNode.Counts counts) {
    long expected = tokens.stream().mapToLong(text -> text.length - specialTokens).sum();
    if (counts.tokens() != expected || counts.windows() != tokens.size()) {
      throw new IllegalStateException(
          "the bare loop ran "
              + expected
              + " tokens in "
              + tokens.size()
              + " windows, the node "
              + counts);
    }
  }

  /** How many rounds were run. */
  int rounds() {
    return speeds.get(Contestant.PIPELINE).size();
  }

  /** A contestant's speeds, one a round. */
  List<Speed> speeds(Contestant contestant) {
    return speeds.get(contestant);
  }

  /** How a contestant ran; null for the pipeline. */
  BareLoop.Setup setup(Contestant contestant) {
    return setups.get(contestant);
  }

  /** What the node did in the last round. */
  Pipeline.Round lastPiped() {
    return lastPiped;
  }

  /** The faster of the two sorted setups of the bare loop, by their medians. */
  Contestant bare() {
    ToDoubleFunction<Contestant> speed =
        contestant -> median(contestant, Speed::textsPerFreeCoreSecond);
    return speed.applyAsDouble(Contestant.SPREAD) > speed.applyAsDouble(Contestant.PARALLEL)
        ? Contestant.SPREAD
        : Contestant.PARALLEL;
  }

  double median(Contestant contestant, ToDoubleFunction<Speed> figure) {
    return Speed.median(speeds(contestant).stream().map(figure::applyAsDouble).toList());
  }

  /** How many times as fast one is as the other: the median of the rounds. */
  double ratio(Contestant one, Contestant other, ToDoubleFunction<Speed> figure) {
    List<Double> ratios = new ArrayList<>();
    for (int round = 0; round < rounds(); round++) {
      ratios.add(
          figure.applyAsDouble(speeds(one).get(round))
              / figure.applyAsDouble(speeds(other).get(round)));
    }
    return Speed.median(ratios);
  }
}
