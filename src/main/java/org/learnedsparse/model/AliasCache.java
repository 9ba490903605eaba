package org.learnedsparse.model;

import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.elasticsearch.action.ActionListener;
import org.elasticsearch.action.support.SubscribableListener;

/**
 * Holds the aliases for a second after they were asked for, so that they are not read for every
 * text. Those who ask while they are being read share the answer.
 */
final class AliasCache {
  private static final long HELD_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Consumer<ActionListener<ModelAliases>> reader;
  private final LongSupplier nanoTime;

  // Guarded by this.
  private ModelAliases known;
  private long asked;
  private SubscribableListener<ModelAliases> reading;

  /**
   * @param reader reads them anew
   */
  AliasCache(Consumer<ActionListener<ModelAliases>> reader, LongSupplier nanoTime) {
    this.reader = reader;
    this.nanoTime = nanoTime;
  }

  /** Tells them; returns at once. */
  void get(ActionListener<ModelAliases> listener) {
    ModelAliases fresh;
    SubscribableListener<ModelAliases> shared = null;
    boolean first = false;
    synchronized (this) {
      fresh = known != null && nanoTime.getAsLong() - asked < HELD_NANOS ? known : null;
      if (fresh == null) {
        first = reading == null;
        if (first) {
          reading = new SubscribableListener<>();
        }
        shared = reading;
      }
    }
    if (fresh != null) {
      listener.onResponse(fresh);
      return;
    }
    shared.addListener(listener);
    if (first) {
      read(shared);
    }
  }

  private void read(SubscribableListener<ModelAliases> shared) {
    long now = nanoTime.getAsLong();
    ActionListener.run(
        ActionListener.<ModelAliases>wrap(
            read -> {
              end(shared, read, now);
              shared.onResponse(read);
            },
            failure -> {
              end(shared, null, now);
              shared.onFailure(failure);
            }),
        reader::accept);
  }

  /** What was asked for before {@link #forget} is for those who waited for it then. */
  private synchronized void end(
      SubscribableListener<ModelAliases> shared, ModelAliases read, long when) {
    if (reading == shared) {
      reading = null;
      known = read;
      asked = when;
    }
  }

  /**
   * The digest of a model that an alias names, as it was when they were last read; null if it is
   * not known.
   */
  synchronized String digest(String id) {
    return known == null ? null : known.digests().get(id);
  }

  /** Reads them anew when they are next asked for. */
  synchronized void forget() {
    known = null;
    reading = null;
  }
}
