package org.learnedsparse.encode.graph;

import java.io.IOException;
import java.nio.file.Path;
import org.learnedsparse.encode.folder.ModelException;
import org.learnedsparse.encode.folder.ModelFiles;
import org.learnedsparse.encode.folder.SafeTensors;

/**
 * The encoder of a sparse autoencoder (CSR: Wen et al., ICML 2025): {@code W (x − b_pre) + b}, the
 * latents before top-k and relu.
 */
final class Autoencoder {
  private static final float EPSILON = 1e-5f;

  private final float[] weight;
  private final float[] latentBias;
  private final float[] preBias;
  private final boolean normalize;

  /**
   * @param normalize whether the input is brought to mean 0 and deviation 1 first
   */
  private Autoencoder(float[] weight, float[] latentBias, float[] preBias, boolean normalize) {
    this.weight = weight;
    this.latentBias = latentBias;
    this.preBias = preBias;
    this.normalize = normalize;
  }

  /**
   * Reads {@code encoder.weight} or {@code decoder.linear.weight} [latents, inputs], {@code
   * latent_bias} and {@code pre_bias}.
   */
  static Autoencoder read(Path folder, String file, boolean normalize) throws IOException {
    SafeTensors tensors = SafeTensors.open(file, ModelFiles.file(folder, file));
    // The decoder's are the same numbers, transposed when used; a file holds them once.
    String tied = "decoder.linear.weight";
    float[] weight = tensors.floats(tensors.names().contains(tied) ? tied : "encoder.weight");
    float[] latentBias = tensors.floats("latent_bias");
    float[] preBias = tensors.floats("pre_bias");
    if (weight.length != (long) latentBias.length * preBias.length) {
      throw new ModelException(
          "["
              + file
              + "]: encoder.weight has ["
              + weight.length
              + "] numbers; latent_bias and pre_bias of ["
              + latentBias.length
              + "] and ["
              + preBias.length
              + "] do not go with it");
    }
    return new Autoencoder(weight, latentBias, preBias, normalize);
  }

  int inputs() {
    return preBias.length;
  }

  int latents() {
    return latentBias.length;
  }

  /** The latents of an input [inputs], which is overwritten. */
  float[] encode(float[] input) {
    if (normalize) {
      normalize(input);
    }
    for (int i = 0; i < input.length; i++) {
      input[i] -= preBias[i];
    }
    float[] latents = new float[latentBias.length];
    for (int l = 0; l < latents.length; l++) {
      float sum = latentBias[l];
      int row = l * input.length;
      for (int i = 0; i < input.length; i++) {
        sum += weight[row + i] * input[i];
      }
      latents[l] = sum;
    }
    return latents;
  }

  /** Mean 0, and deviation 1 as of a sample (n − 1), which is how the encoder was trained. */
  private static void normalize(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += value;
    }
    double mean = sum / values.length;
    double squares = 0;
    for (float value : values) {
      squares += (value - mean) * (value - mean);
    }
    double deviation = Math.sqrt(squares / Math.max(1, values.length - 1)) + EPSILON;
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) ((values[i] - mean) / deviation);
    }
  }
}
