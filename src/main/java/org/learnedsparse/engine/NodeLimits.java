package org.learnedsparse.engine;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.elasticsearch.common.breaker.CircuitBreaker;
import org.elasticsearch.core.Nullable;
import org.elasticsearch.core.Releasable;
import org.elasticsearch.core.Releasables;
import org.elasticsearch.env.Environment;
import org.elasticsearch.indices.breaker.CircuitBreakerService;
import org.elasticsearch.monitor.jvm.JvmInfo;

/**
 * Limits by rule:
 *
 * <ul>
 *   <li>an eighth of the heap for one merge, and all merges together what the node's {@code
 *       request} circuit breaker lets them have beside its searches;
 *   <li>half of the free disk space;
 *   <li>a millisecond for each document, about ten times what it takes on an idle machine, but at
 *       least half a minute and at most an hour.
 * </ul>
 */
final class NodeLimits implements ReorderLimits {
  private final Path shard;
  @Nullable private final CircuitBreaker breaker;

  /**
   * Of a shard.
   *
   * @param shard a folder on the disk that its index is on
   * @param breakers null where an engine runs without
   */
  NodeLimits(Path shard, @Nullable CircuitBreakerService breakers) {
    this.shard = shard;
    this.breaker = breakers == null ? null : breakers.getBreaker(CircuitBreaker.REQUEST);
  }

  @Override
  public long memory() {
    return JvmInfo.jvmInfo().getMem().getHeapMax().getBytes() / 8;
  }

  @Override
  public Releasable reserve(long bytes) {
    if (breaker == null) {
      return () -> {};
    }
    breaker.addEstimateBytesAndMaybeBreak(bytes, "learned_sparse reorder");
    return Releasables.releaseOnce(() -> breaker.addWithoutBreaking(-bytes));
  }

  @Override
  public long disk() throws IOException {
    return Environment.getUsableSpace(shard) / 2;
  }

  @Override
  public long nanos(int documents) {
    long millis = Math.min(Math.max(documents, 30_000), TimeUnit.HOURS.toMillis(1));
    return TimeUnit.MILLISECONDS.toNanos(millis);
  }
}
