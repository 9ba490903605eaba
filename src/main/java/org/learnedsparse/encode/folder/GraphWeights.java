package org.learnedsparse.encode.folder;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** How large the weights of a graph are, and how often it uses them. */
public final class GraphWeights {
  /** Numbers of two bytes, which processors do not compute with: FLOAT16, BFLOAT16. */
  private static final List<Long> HALVES = List.of(10L, 16L);

  private record Tensor(String name, long bytes, boolean half) {}

  private final List<Tensor> tensors = new ArrayList<>();
  private final Map<String, Integer> uses = new HashMap<>();

  GraphWeights() {}

  void add(String name, long bytes, long dataType) {
    tensors.add(new Tensor(name, bytes, HALVES.contains(dataType)));
  }

  void use(String name) {
    uses.merge(name, 1, Integer::sum);
  }

  /** The bytes of all tensors, in the graph's file and beside it. */
  public long bytes() {
    return tensors.stream().mapToLong(Tensor::bytes).sum();
  }

  /** The bytes of those whose numbers have two bytes. */
  public long halfBytes() {
    return tensors.stream().filter(Tensor::half).mapToLong(Tensor::bytes).sum();
  }

  /**
   * The bytes that a session keeps at the most: each node that uses a tensor may have it in a form
   * of its own, and numbers of two bytes with four.
   */
  public long keptBytes() {
    return tensors.stream()
        .mapToLong(
            tensor ->
                tensor.bytes
                    * Math.max(1, uses.getOrDefault(tensor.name, 0))
                    * (tensor.half ? 2 : 1))
        .sum();
  }
}
