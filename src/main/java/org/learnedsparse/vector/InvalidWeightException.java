package org.learnedsparse.vector;

/** A term or weight that no sparse vector can hold; the message names the term and the weight. */
public final class InvalidWeightException extends IllegalArgumentException {
  public InvalidWeightException(String message) {
    super(message);
  }
}
