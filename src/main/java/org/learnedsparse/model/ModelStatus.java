package org.learnedsparse.model;

import org.learnedsparse.encode.EncodeSnapshot;
import org.learnedsparse.encode.Encoder;

/**
 * A model on a node.
 *
 * @param digest the SHA-256 of the files it was last loaded from, in hexadecimal; null until then
 * @param state what became of it
 * @param sessions graphs that are loaded for it
 * @param nativeBytes what it takes outside the heap, estimated from above
 * @param encoding what it has done since the node started, however often it was loaded
 */
public record ModelStatus(
    String digest, ModelState state, int sessions, long nativeBytes, EncodeSnapshot encoding) {
  static ModelStatus of(ModelCache.Status<Encoder> status) {
    Encoder encoder = status.model();
    return new ModelStatus(
        status.digest(),
        status.state(),
        encoder == null ? 0 : encoder.sessions(),
        status.bytes(),
        encoder == null ? status.stats().snapshot(0) : encoder.stats());
  }
}
