package org.learnedsparse.engine;

import java.io.IOException;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import org.apache.lucene.index.BinaryDocValues;
import org.apache.lucene.index.ByteVectorValues;
import org.apache.lucene.index.CodecReader;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.IndexOptions;
import org.apache.lucene.index.SortedNumericDocValues;
import org.apache.lucene.index.SortedSetDocValues;
import org.apache.lucene.index.Terms;
import org.apache.lucene.search.DocIdSetIterator;

/**
 * Estimates the heap that a renumbering merge takes, in bytes. An ordinary merge streams every
 * field; a renumbering one, in Lucene, holds one field's doc values or vectors after another in
 * memory, each whole. For an index of text this is little beside what finding the order takes; for
 * one of long vectors it is the vectors' size.
 */
final class ReorderMemory {
  /** Of an array or small object, with the reference to it. */
  private static final int OBJECT = 24;

  /** Sorting the forward index goes through 256 buffers of 64 KiB. */
  private static final long SORT_BUFFERS = 16L << 20;

  private ReorderMemory() {}

  /**
   * For finding the order: each document's old and new number, and how much it is drawn to either
   * side; each term's frequency on either side.
   */
  static long toOrder(long documents, FrequentTerms terms) {
    return 12 * documents + 8 * terms.count() + SORT_BUFFERS;
  }

  /**
   * For the merge in the new order: both numbers of each document, and the largest field.
   *
   * @param inputs the merge's
   * @param enough where to stop counting
   * @return above {@code enough} if it is, by however much
   */
  static long toMerge(Collection<CodecReader> inputs, long documents, long enough)
      throws IOException {
    long numbers = 8 * documents;
    long largest = 0;
    for (String field : fields(inputs)) {
      long size = 0;
      for (CodecReader input : inputs) {
        FieldInfo info = input.getFieldInfos().fieldInfo(field);
        if (info != null) {
          size += docValues(input, info, enough) + vectors(input, info) + postings(input, info);
          if (numbers + size > enough) {
            return numbers + size;
          }
        }
      }
      largest = Math.max(largest, size);
    }
    return numbers + largest;
  }

  private static Set<String> fields(Collection<CodecReader> inputs) {
    Set<String> names = new TreeSet<>();
    for (CodecReader input : inputs) {
      for (FieldInfo info : input.getFieldInfos()) {
        names.add(info.name);
      }
    }
    return names;
  }

  private static long docValues(CodecReader input, FieldInfo field, long enough)
      throws IOException {
    long documents = input.maxDoc();
    return switch (field.getDocValuesType()) {
      case NONE -> field.hasNorms() ? 9 * documents : 0;
      case NUMERIC -> 9 * documents;
      case SORTED -> 4 * documents;
      case SORTED_NUMERIC -> {
        SortedNumericDocValues numbers = input.getSortedNumericDocValues(field.name);
        yield 8 * (documents + count(numbers, () -> numbers.docValueCount(), enough));
      }
      case SORTED_SET -> {
        SortedSetDocValues ordinals = input.getSortedSetDocValues(field.name);
        yield 8 * (documents + count(ordinals, () -> ordinals.docValueCount(), enough));
      }
      case BINARY -> {
        BinaryDocValues values = input.getBinaryDocValues(field.name);
        yield 8 * documents + count(values, () -> values.binaryValue().length, enough);
      }
    };
  }

  @FunctionalInterface
  private interface Size {
    int get() throws IOException;
  }

  /** Adds up what the documents have, up to a point. */
  private static long count(DocIdSetIterator documents, Size ofThisOne, long enough)
      throws IOException {
    long sum = 0;
    // Null where the field is known but no document of the segment has a value.
    while (documents != null
        && sum <= enough
        && documents.nextDoc() != DocIdSetIterator.NO_MORE_DOCS) {
      sum += ofThisOne.get();
    }
    return sum;
  }

  /** Twice, because formats that quantise go over the vectors while they write them. */
  private static long vectors(CodecReader input, FieldInfo field) throws IOException {
    if (field.hasVectorValues() == false) {
      return 0;
    }
    long size =
        switch (field.getVectorEncoding()) {
          case FLOAT32 -> {
            FloatVectorValues vectors = input.getFloatVectorValues(field.name);
            yield vectors == null ? 0 : vectors.size();
          }
          case BYTE -> {
            ByteVectorValues vectors = input.getByteVectorValues(field.name);
            yield vectors == null ? 0 : vectors.size();
          }
        };
    return 2
        * size
        * (OBJECT + (long) field.getVectorDimension() * field.getVectorEncoding().byteSize);
  }

  /**
   * One term's postings at a time: numbers, frequencies and the room to sort them. Positions only
   * count where there are some: a term that has a sixteenth of all tokens, at two bytes each.
   */
  private static long postings(CodecReader input, FieldInfo field) throws IOException {
    if (field.getIndexOptions() == IndexOptions.NONE) {
      return 0;
    }
    long size = 16L * input.maxDoc();
    if (field.getIndexOptions().compareTo(IndexOptions.DOCS_AND_FREQS_AND_POSITIONS) >= 0) {
      Terms terms = input.terms(field.name);
      size += terms == null ? 0 : terms.getSumTotalTermFreq() / 8;
    }
    return size;
  }
}
