package org.learnedsparse.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.logging.log4j.Logger;
import org.apache.lucene.index.CodecReader;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.IndexOptions;
import org.apache.lucene.index.MergePolicy.MergeAbortedException;
import org.apache.lucene.index.Sorter;
import org.apache.lucene.misc.index.BPIndexReorderer;
import org.apache.lucene.store.AlreadyClosedException;
import org.apache.lucene.store.Directory;
import org.elasticsearch.common.breaker.CircuitBreakingException;
import org.elasticsearch.common.unit.ByteSizeValue;
import org.elasticsearch.core.Nullable;
import org.elasticsearch.core.Releasable;
import org.elasticsearch.core.TimeValue;
import org.learnedsparse.engine.ReorderStatistics.Reason;

/**
 * Finds the order in which a merge writes the documents of a shard: by recursive graph bisection
 * over the {@code learned_sparse} fields, so that documents with the same terms come to lie side by
 * side and a search can skip blocks of them.
 *
 * <p>Every bound is a fixed rule. When one is reached, the merge goes on in the old order, which is
 * logged and counted. A merge that is aborted, because its shard closes for example, ends within
 * milliseconds.
 */
final class DocumentReorderer {
  /**
   * Terms that fewer than one document in so many have are not looked at. On SPLADE-like vectors
   * this loses nothing against looking at all, and half of the time.
   */
  private static final int DOCUMENTS_A_TERM = 512;

  /**
   * Rounds of swapping at each level; twenty, Lucene's default, are a quarter of a percent better.
   */
  private static final int ROUNDS = 10;

  /** Of the forward index: two copies of its postings while they are sorted, and the original. */
  private static final int TEMPORARY_BYTES_A_POSTING = 24;

  private final ReorderSettings settings;
  private final LearnedSparseFields fields;
  private final ReorderStatistics statistics;
  private final ReorderLimits limits;
  private final LongSupplier nanoTime;
  private final Logger logger;

  /**
   * One for each shard.
   *
   * @param nanoTime the clock, as {@link System#nanoTime}
   * @param logger names the shard
   */
  DocumentReorderer(
      ReorderSettings settings,
      LearnedSparseFields fields,
      ReorderStatistics statistics,
      ReorderLimits limits,
      LongSupplier nanoTime,
      Logger logger) {
    this.settings = settings;
    this.fields = fields;
    this.statistics = statistics;
    this.limits = limits;
    this.nanoTime = nanoTime;
    this.logger = logger;
  }

  /**
   * The new order.
   *
   * @param merged all documents of the merge, in the old order
   * @param directory the index's, for temporary files
   * @return null to keep the old order
   * @throws MergeAbortedException when the merge is aborted meanwhile
   */
  @Nullable
  Sorter.DocMap reorder(ReorderingMerge merge, CodecReader merged, Directory directory)
      throws IOException {
    if (settings.enabled() == false
        || merged.numDocs() < settings.minDocs()
        // A nested document must stay beside its parent. Lucene looks after that where segments
        // say that they have such blocks, which those of earlier versions do not.
        || fields.haveNestedDocuments()) {
      return null;
    }
    Set<String> present = present(merged);
    int minDocFreq = Math.max(2, merged.maxDoc() / DOCUMENTS_A_TERM);
    FrequentTerms terms = FrequentTerms.of(merged, present, minDocFreq);
    if (terms.postings() == 0) {
      return null;
    }
    statistics.started();
    try {
      return withinLimits(merge, merged, directory, present, minDocFreq, terms);
    } finally {
      statistics.ended();
    }
  }

  private Set<String> present(CodecReader reader) {
    Set<String> names = new TreeSet<>();
    for (FieldInfo field : reader.getFieldInfos()) {
      if (field.getIndexOptions() != IndexOptions.NONE && fields.contains(field.name)) {
        names.add(field.name);
      }
    }
    return names;
  }

  @Nullable
  private Sorter.DocMap withinLimits(
      ReorderingMerge merge,
      CodecReader merged,
      Directory directory,
      Set<String> present,
      int minDocFreq,
      FrequentTerms terms)
      throws IOException {
    long documents = merged.maxDoc();
    long disk = TEMPORARY_BYTES_A_POSTING * terms.postings();
    if (disk > limits.disk()) {
      return skip(
          Reason.DISK,
          merged,
          "its temporary files would take {}, more than half of the free space",
          ByteSizeValue.ofBytes(disk));
    }
    long memory =
        Math.max(
            ReorderMemory.toOrder(documents, terms),
            ReorderMemory.toMerge(merge.inputs(), documents, limits.memory()));
    if (memory > limits.memory()) {
      return skip(
          Reason.MEMORY,
          merged,
          "it would take at least {} of heap, more than the limit of {}",
          ByteSizeValue.ofBytes(memory),
          ByteSizeValue.ofBytes(limits.memory()));
    }
    Releasable reserved;
    try {
      reserved = limits.reserve(memory);
    } catch (CircuitBreakingException e) {
      return skip(Reason.MEMORY, merged, "{}", e.getMessage());
    }
    merge.holdUntilFinished(reserved);
    return timed(merge, merged, directory, reorderer(present, minDocFreq));
  }

  private BPIndexReorderer reorderer(Set<String> present, int minDocFreq) {
    BPIndexReorderer reorderer = new BPIndexReorderer();
    reorderer.setFields(present);
    reorderer.setMinDocFreq(minDocFreq);
    reorderer.setMaxIters(ROUNDS);
    reorderer.setRAMBudgetMB(limits.memory() / (double) (1 << 20));
    return reorderer;
  }

  @Nullable
  private Sorter.DocMap timed(
      ReorderingMerge merge, CodecReader merged, Directory directory, BPIndexReorderer reorderer)
      throws IOException {
    long limit = limits.nanos(merged.maxDoc());
    long start = nanoTime.getAsLong();
    TemporaryFiles files =
        new TemporaryFiles(
            directory,
            merge.target(),
            () -> {
              merge.checkAborted();
              if (nanoTime.getAsLong() - start > limit) {
                throw new OutOfTime();
              }
            });
    Sorter.DocMap order;
    try {
      // In this thread: a merge has one, and Elasticsearch counts on that.
      order = reorderer.computeDocMap(merged, files, null);
    } catch (OutOfTime e) {
      return skip(Reason.TIME, merged, "it took longer than {}", TimeValue.timeValueNanos(limit));
    } catch (BPIndexReorderer.NotEnoughRAMException e) {
      return skip(Reason.MEMORY, merged, "{}", e.getMessage());
    } catch (IOException | RuntimeException e) {
      return unlessFatal(e, merged);
    }
    long millis = TimeUnit.NANOSECONDS.toMillis(nanoTime.getAsLong() - start);
    statistics.reordered(merged.numDocs(), millis);
    logger.debug(
        "segment [{}] gets a new order, found in {} ms for {} documents",
        merge.target(),
        millis,
        merged.maxDoc());
    return order;
  }

  /** A merge need not fail because its order could not be found, if nothing else is wrong. */
  @Nullable
  private Sorter.DocMap unlessFatal(Exception thrown, CodecReader merged) throws IOException {
    Exception e = thrown instanceof UncheckedIOException unchecked ? unchecked.getCause() : thrown;
    if (e instanceof MergeAbortedException aborted) {
      throw aborted;
    }
    if (e instanceof CorruptIndexException corrupt) {
      throw corrupt;
    }
    if (e instanceof AlreadyClosedException closed) {
      throw closed;
    }
    statistics.skipped(Reason.FAILURE);
    logger.warn("a merge of " + merged.numDocs() + " documents keeps their order", e);
    return null;
  }

  @Nullable
  private Sorter.DocMap skip(Reason reason, CodecReader merged, String why, Object... parameters) {
    statistics.skipped(reason);
    Object[] all = new Object[parameters.length + 1];
    all[0] = merged.numDocs();
    System.arraycopy(parameters, 0, all, 1, parameters.length);
    logger.info("a merge of {} documents keeps their order: " + why, all);
    return null;
  }

  /** Ends the computation; it holds nothing that a stack trace would explain. */
  private static final class OutOfTime extends RuntimeException {
    OutOfTime() {
      super("out of time", null, false, false);
    }
  }
}
