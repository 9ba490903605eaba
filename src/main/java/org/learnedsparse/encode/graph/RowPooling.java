package org.learnedsparse.encode.graph;

import java.util.Arrays;
import org.learnedsparse.encode.folder.Activation;
import org.learnedsparse.encode.folder.Pooling;
import org.learnedsparse.encode.text.TokenWindow;

/** Pools the rows of a window's tokens into one. */
final class RowPooling {
  private final Pooling pooling;
  private final Activation beforeSum;

  /** Scratch. */
  private final float[] row;

  /**
   * @param pooling any but by token
   * @param beforeSum applied to each number before a sum; null otherwise
   * @param width numbers in a row
   */
  RowPooling(Pooling pooling, Activation beforeSum, int width) {
    this.pooling = pooling;
    this.beforeSum = beforeSum;
    this.row = new float[width];
  }

  /**
   * Pools one window.
   *
   * @param rows [batch, length, width], or [batch, width] where the graph has pooled
   * @param index of the window in the batch
   * @param length of the batch, padding included
   * @param pooled [width], overwritten
   */
  void pool(Rows rows, int index, int length, TokenWindow window, float[] pooled) {
    int first = index * length;
    int from = first + window.pooledFrom();
    int to = first + window.pooledTo();
    switch (pooling) {
      case NONE -> copy(rows, index, pooled);
      case CLS -> copy(rows, from, pooled);
      case LAST -> copy(rows, to - 1, pooled);
      case MAX -> {
        copy(rows, from, pooled);
        for (int t = from + 1; t < to; t++) {
          copy(rows, t, row);
          raise(pooled, row);
        }
      }
      case SUM -> {
        Arrays.fill(pooled, 0);
        for (int t = from; t < to; t++) {
          copy(rows, t, row);
          for (int i = 0; i < row.length; i++) {
            pooled[i] += beforeSum.apply(row[i]);
          }
        }
      }
      case MEAN -> {
        Arrays.fill(pooled, 0);
        for (int t = from; t < to; t++) {
          copy(rows, t, row);
          for (int i = 0; i < row.length; i++) {
            pooled[i] += row[i];
          }
        }
        for (int i = 0; i < row.length; i++) {
          pooled[i] /= to - from;
        }
      }
      case TOKEN -> throw new IllegalArgumentException("by token, nothing is pooled");
    }
  }

  /** Apart, so that the compiler sees nothing but a loop over two arrays. */
  private static void raise(float[] maxima, float[] others) {
    for (int i = 0; i < maxima.length; i++) {
      maxima[i] = Math.max(maxima[i], others[i]);
    }
  }

  private void copy(Rows rows, int index, float[] into) {
    rows.get(index * row.length, into, row.length);
  }
}
