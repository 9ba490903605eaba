package org.learnedsparse.postings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.SplittableRandom;
import org.apache.lucene.index.Impact;
import org.apache.lucene.index.Impacts;
import org.apache.lucene.index.ImpactsEnum;
import org.apache.lucene.index.PostingsEnum;
import org.apache.lucene.index.TermState;
import org.apache.lucene.index.Terms;
import org.apache.lucene.index.TermsEnum;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.util.BytesRef;

/** Whether terms have the postings of a model, whichever way they are read. */
final class PostingsAssertions {
  private static final int NO_MORE_DOCS = DocIdSetIterator.NO_MORE_DOCS;

  private final SplittableRandom random;
  private final String message;

  /**
   * @param random which ways and how far, each time
   * @param message added to every failure's
   */
  PostingsAssertions(SplittableRandom random, String message) {
    this.random = random;
    this.message = message;
  }

  void assertTerms(SortedMap<BytesRef, ModelPostings> expected, Terms actual) throws IOException {
    assertEquals(expected.size(), actual.size(), message);
    long postings = expected.values().stream().mapToLong(ModelPostings::size).sum();
    long impacts = expected.values().stream().mapToLong(ModelPostings::totalImpacts).sum();
    assertEquals(postings, actual.getSumDocFreq(), message);
    assertEquals(impacts, actual.getSumTotalTermFreq(), message);
    TermsEnum iterator = actual.iterator();
    TermsEnum seeker = actual.iterator();
    List<TermState> states = new ArrayList<>();
    PostingsEnum reuse = null;
    for (BytesRef term : expected.keySet()) {
      assertEquals(term, iterator.next(), message);
      reuse = assertPostings(expected.get(term), iterator, reuse);
      states.add(iterator.termState());
    }
    assertNull(iterator.next(), message);
    List<BytesRef> terms = new ArrayList<>(expected.keySet());
    for (int i = 0; i < 2 * terms.size(); i++) {
      int which = random.nextInt(terms.size());
      BytesRef term = terms.get(which);
      switch (random.nextInt(3)) {
        case 0 -> assertTrue(seeker.seekExact(term), message);
        case 1 -> assertEquals(TermsEnum.SeekStatus.FOUND, seeker.seekCeil(term), message);
        default -> seeker.seekExact(term, states.get(which));
      }
      reuse = assertPostings(expected.get(term), seeker, reuse);
    }
    assertFalse(seeker.seekExact(new BytesRef("no such term")), message);
  }

  private PostingsEnum assertPostings(ModelPostings expected, TermsEnum terms, PostingsEnum reuse)
      throws IOException {
    assertEquals(expected.size(), terms.docFreq(), message);
    assertEquals(expected.totalImpacts(), terms.totalTermFreq(), message);
    PostingsEnum old = random.nextBoolean() ? reuse : null;
    PostingsEnum postings = terms.postings(old, PostingsEnum.FREQS);
    assertEquals(expected.size(), postings.cost(), message);
    assertWalk(expected, postings, random.nextInt(3) == 0 ? 0 : 1 + random.nextInt(10_000));
    assertImpacts(expected, terms.impacts(PostingsEnum.FREQS));
    if (terms.postings(null, PostingsEnum.FREQS) instanceof ImpactPostingsEnum) {
      assertCursor(
          expected, (TermImpacts) ImpactCursor.of(terms), (TermImpacts) ImpactCursor.of(terms));
    }
    ImpactCursor plain =
        new PostingsCursor(terms.postings(null, PostingsEnum.FREQS), terms.docFreq());
    assertScores(expected, plain);
    return postings;
  }

  /**
   * @param step at most so far are the targets; 0 for no targets, document by document
   */
  private void assertWalk(ModelPostings expected, PostingsEnum actual, int step)
      throws IOException {
    assertEquals(-1, actual.docID(), message);
    int index = -1;
    while (true) {
      int document;
      if (step == 0 || random.nextInt(4) == 0) {
        index++;
        document = actual.nextDoc();
      } else {
        int at = actual.docID();
        int target = (int) Math.min(NO_MORE_DOCS, at + 1L + random.nextInt(step));
        if (random.nextInt(4) == 0 && index + 2 < expected.size()) {
          target = expected.document(index + 1 + random.nextInt(expected.size() - index - 1));
        }
        index = expected.first(target);
        document = actual.advance(target);
      }
      assertEquals(document, actual.docID(), message);
      if (index == expected.size()) {
        assertEquals(NO_MORE_DOCS, document, message);
        return;
      }
      assertEquals(expected.document(index), document, message);
      assertEquals(expected.impact(index), actual.freq(), message);
    }
  }

  /** Impacts are bounds, wherever the enum was told that nothing before is wanted. */
  private void assertImpacts(ModelPostings expected, ImpactsEnum actual) throws IOException {
    int step = 1 + random.nextInt(random.nextBoolean() ? 200 : 20_000);
    int target = 0;
    while (true) {
      if (random.nextBoolean()) {
        actual.advanceShallow(target);
      } else {
        assertDocument(expected, actual, target);
        if (actual.docID() == NO_MORE_DOCS) {
          return;
        }
        target = actual.docID();
      }
      assertBounds(expected, target, actual.getImpacts());
      if (random.nextBoolean()) {
        assertDocument(expected, actual, target);
        if (actual.docID() == NO_MORE_DOCS) {
          return;
        }
        target = actual.docID();
      }
      target = (int) Math.min(NO_MORE_DOCS, target + 1L + random.nextInt(step));
      if (target == NO_MORE_DOCS) {
        return;
      }
    }
  }

  private void assertDocument(ModelPostings expected, ImpactsEnum actual, int target)
      throws IOException {
    int index = expected.first(target);
    if (index == expected.size()) {
      assertEquals(NO_MORE_DOCS, actual.advance(target), message);
    } else if (actual.docID() < target) {
      boolean next = actual.docID() == target - 1 && random.nextBoolean();
      int document = next ? actual.nextDoc() : actual.advance(target);
      assertEquals(expected.document(index), document, message);
      assertEquals(expected.impact(index), actual.freq(), message);
    }
  }

  private void assertBounds(ModelPostings expected, int from, Impacts bounds) {
    int before = -1;
    int index = expected.first(from);
    int largest = 0;
    for (int level = 0; level < bounds.numLevels(); level++) {
      int upTo = bounds.getDocIdUpTo(level);
      assertTrue(upTo >= from && upTo > before, message);
      before = upTo;
      for (; index < expected.size() && expected.document(index) <= upTo; index++) {
        largest = Math.max(largest, expected.impact(index));
      }
      List<Impact> impacts = bounds.getImpacts(level);
      assertEquals(1, impacts.size(), message);
      assertTrue(impacts.get(0).freq >= Math.max(1, largest), message);
      assertEquals(1, impacts.get(0).norm, message);
    }
    assertTrue(
        bounds.getImpacts(bounds.numLevels() - 1).get(0).freq <= expected.maxImpact(), message);
    assertEquals(NO_MORE_DOCS, before, message);
  }

  /**
   * @param reader another cursor of the term, to read what the first knows the places of
   */
  private void assertCursor(ModelPostings expected, TermImpacts cursor, TermImpacts reader)
      throws IOException {
    assertEquals(expected.size(), cursor.documentFrequency(), message);
    assertEquals(expected.maxImpact(), cursor.maxImpact(), message);
    assertTrue(cursor.clustering() >= 0 && cursor.clustering() <= 1, message);
    List<Integer> superblocks = new ArrayList<>();
    List<Long> places = new ArrayList<>();
    int weight = 1 + random.nextInt(8_000_000);
    int index = 0;
    while (index < expected.size()) {
      int superblock = expected.document(index) >>> Superblock.BITS;
      assertEquals(superblock, cursor.next(), message);
      assertEquals(superblock, cursor.superblock(), message);
      superblocks.add(superblock);
      places.add(cursor.place());
      int[] bounds = new int[2 * Superblock.BLOCKS];
      cursor.addBounds(weight, bounds, Superblock.BLOCKS);
      assertArrayEquals(bounds(expected, superblock, weight), bounds);
      if (random.nextBoolean()) {
        int[] scores = new int[Superblock.DOCUMENTS];
        cursor.addScores(weight, scores);
        assertArrayEquals(scores(expected, superblock, weight), scores);
      }
      index = first(expected, superblock + 1);
    }
    assertEquals(ImpactCursor.NO_MORE, cursor.next(), message);
    PlacedImpacts placed = reader.placed();
    for (int i = 0; i < 2 * places.size(); i++) {
      int which = random.nextInt(places.size());
      int sections = random.nextInt(1, Superblock.ALL_SECTIONS + 1);
      int[] scores = new int[Superblock.DOCUMENTS];
      // Beside terms that have no posting there.
      int terms = random.nextInt(1, 20);
      int term = random.nextInt(terms);
      long[] all = new long[terms + 3];
      all[3 + term] = places.get(which);
      int[] weights = new int[terms];
      weights[term] = weight;
      int split = random.nextInt(weights.length + 1);
      placed.addScores(all, 3, weights, 0, split, sections, scores);
      placed.addScores(all, 3, weights, split, weights.length, sections, scores);
      int[] whole = scores(expected, superblocks.get(which), weight);
      for (int document = 0; document < Superblock.DOCUMENTS; document++) {
        boolean wanted = (sections >>> (document >>> Superblock.SECTION_BITS) & 1) != 0;
        if (wanted || scores[document] != 0) {
          assertEquals(whole[document], scores[document], message);
        }
      }
    }
  }

  /** Superblock by superblock, with some left out. */
  private void assertScores(ModelPostings expected, ImpactCursor cursor) throws IOException {
    assertEquals(-1, cursor.superblock(), message);
    int target = 0;
    while (true) {
      target += random.nextInt(3) == 0 ? random.nextInt(20) : 0;
      int index = first(expected, target);
      if (index == expected.size()) {
        assertEquals(ImpactCursor.NO_MORE, cursor.advance(target), message);
        return;
      }
      int superblock = expected.document(index) >>> Superblock.BITS;
      assertEquals(superblock, cursor.advance(target), message);
      int[] scores = new int[Superblock.DOCUMENTS];
      cursor.addScores(3, scores);
      assertArrayEquals(scores(expected, superblock, 3), scores);
      target = superblock + 1;
    }
  }

  private static int first(ModelPostings expected, int superblock) {
    long document = (long) superblock << Superblock.BITS;
    return document > Integer.MAX_VALUE ? expected.size() : expected.first((int) document);
  }

  private static int[] scores(ModelPostings expected, int superblock, int weight) {
    int[] scores = new int[Superblock.DOCUMENTS];
    for (int i = first(expected, superblock); i < first(expected, superblock + 1); i++) {
      scores[expected.document(i) & Superblock.MASK] = weight * expected.impact(i);
    }
    return scores;
  }

  /** The largest of each block, behind as many zeros. */
  private static int[] bounds(ModelPostings expected, int superblock, int weight) {
    int[] scores = scores(expected, superblock, weight);
    int[] bounds = new int[2 * Superblock.BLOCKS];
    for (int i = 0; i < scores.length; i++) {
      int block = Superblock.BLOCKS + (i >>> Superblock.BLOCK_BITS);
      bounds[block] = Math.max(bounds[block], scores[i]);
    }
    return bounds;
  }

  private void assertArrayEquals(int[] expected, int[] actual) {
    assertTrue(Arrays.equals(expected, actual), message);
  }
}
