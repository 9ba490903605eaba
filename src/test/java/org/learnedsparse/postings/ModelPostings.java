package org.learnedsparse.postings;

import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntUnaryOperator;

/** The postings of a term as tests know them. */
final class ModelPostings {
  /** The documents on both sides of everything that the format has a boundary at. */
  private static final int[] BOUNDARIES = {
    0, 1, 62, 63, 64, 65, 126, 127, 128, 254, 255, 256, 257, 510, 511, 512, 513, 767, 768, 1023,
    1024, 1535, 1536, 2047, 2048, 3583, 3584, 4031, 4032, 4094, 4095
  };

  private final int[] documents;
  private final int[] impacts;

  private ModelPostings(int[] documents, int[] impacts) {
    this.documents = documents;
    this.impacts = impacts;
  }

  /** Impacts by document. */
  static ModelPostings of(Map<Integer, Integer> impacts) {
    TreeMap<Integer, Integer> sorted = new TreeMap<>(impacts);
    return new ModelPostings(
        sorted.keySet().stream().mapToInt(i -> i).toArray(),
        sorted.values().stream().mapToInt(i -> i).toArray());
  }

  /** Documents in any order, and what gives the impact of each. */
  static ModelPostings of(Iterable<Integer> documents, IntUnaryOperator impact) {
    TreeMap<Integer, Integer> impacts = new TreeMap<>();
    documents.forEach(document -> impacts.put(document, impact.applyAsInt(document)));
    return of(impacts);
  }

  /** The document at a position, the first at 0. */
  int document(int index) {
    return documents[index];
  }

  int impact(int index) {
    return impacts[index];
  }

  int size() {
    return documents.length;
  }

  long totalImpacts() {
    long total = 0;
    for (int impact : impacts) {
      total += impact;
    }
    return total;
  }

  int maxImpact() {
    int largest = 0;
    for (int impact : impacts) {
      largest = Math.max(largest, impact);
    }
    return largest;
  }

  /** The position of the first document at or after {@code document}; {@link #size} for none. */
  int first(int document) {
    int low = 0;
    int high = documents.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (documents[middle] < document) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** Postings of one of several patterns, of 1 to {@code maxDoc} documents. */
  static ModelPostings random(SplittableRandom random, int maxDoc) {
    TreeSet<Integer> documents = new TreeSet<>();
    switch (random.nextInt(7)) {
      case 0 -> documents.add(random.nextInt(maxDoc));
      case 1 -> { // evenly, or all
        int distance = random.nextBoolean() ? 1 + random.nextInt(3) : 1 + random.nextInt(5000);
        distance = Math.max(distance, maxDoc / 20_000);
        for (long i = random.nextInt(Math.min(distance, maxDoc)); i < maxDoc; i += distance) {
          documents.add((int) i);
        }
      }
      case 2 -> { // runs
        for (int runs = 1 + random.nextInt(20); runs > 0; runs--) {
          int start = random.nextInt(maxDoc);
          int end = (int) Math.min(maxDoc, start + 1L + random.nextInt(600));
          for (int i = start; i < end; i += 1 + random.nextInt(2)) {
            documents.add(i);
          }
        }
      }
      case 3 -> { // at boundaries, some of them, in some superblocks
        int superblocks = Superblock.count(maxDoc);
        for (int i = 1 + random.nextInt(20); i > 0; i--) {
          int base = random.nextInt(superblocks) << Superblock.BITS;
          int percent = 1 + random.nextInt(100);
          for (int boundary : BOUNDARIES) {
            if (base + boundary < maxDoc && random.nextInt(100) < percent) {
              documents.add(base + boundary);
            }
          }
        }
      }
      case 4 -> { // a few in every superblock
        int each = 1 + random.nextInt(100);
        int superblocks = Math.min(400, Superblock.count(maxDoc));
        for (int superblock = 0; superblock < superblocks; superblock++) {
          for (int i = 0; i < each; i++) {
            int document = (superblock << Superblock.BITS) + random.nextInt(Superblock.DOCUMENTS);
            documents.add(Math.min(maxDoc - 1, document));
          }
        }
      }
      case 5 -> { // a few sections or blocks of some superblocks, densely
        int superblocks = Superblock.count(maxDoc);
        for (int i = 1 + random.nextInt(5); i > 0; i--) {
          int base = random.nextInt(superblocks) << Superblock.BITS;
          int unit = random.nextBoolean() ? Superblock.SECTION_BITS : Superblock.BLOCK_BITS;
          long units = random.nextLong();
          for (int document = 0; document < Superblock.DOCUMENTS; document++) {
            boolean filled = (units >>> (document >>> unit) & 1) != 0;
            if (filled && base + document < maxDoc && random.nextInt(3) != 0) {
              documents.add(base + document);
            }
          }
        }
      }
      default -> { // by chance
        for (int i = random.nextInt(random.nextBoolean() ? 20 : 5000); i > 0; i--) {
          documents.add(random.nextInt(maxDoc));
        }
      }
    }
    if (documents.isEmpty() || random.nextInt(4) == 0) {
      documents.add(maxDoc - 1);
    }
    int most = random.nextBoolean() ? 255 : 1 + random.nextInt(255);
    return of(documents, document -> 1 + random.nextInt(most));
  }
}
