package org.learnedsparse.encode.folder;

/** How one side of a model, documents or queries, turns texts into weights. */
public sealed interface Route {
  /** The tokenizer's file, relative to the model's folder. */
  String tokenizer();

  /** What is put around a text. */
  Template template();

  /**
   * An ONNX graph, with one head or more.
   *
   * @param file the graph, relative to the model's folder
   * @param sparse gives term weights; null if the graph has none
   * @param dense gives a dense vector; null if the graph has none
   * @param score gives a number; null if the graph has none
   */
  record Graph(
      String file,
      String tokenizer,
      Template template,
      SparseHead sparse,
      DenseHead dense,
      ScoreHead score)
      implements Route {}

  /**
   * How an output becomes term weights: pooling, autoencoder, the largest dimensions, activation,
   * names. Null: told from the graph's outputs, or the pooling's usual.
   *
   * @param output the name of the output that is read
   * @param idsOutput the output with the vocabulary ids of the weights, where the graph gives both
   * @param repeats of a term, where pooling is by token
   * @param rules which terms the tokens are, where pooling is by token; and which special tokens
   *     keep a weight
   * @param autoencoder a safetensors file with the encoder of a sparse autoencoder
   * @param autoencoderNormalize whether its input is brought to mean 0 and deviation 1
   * @param topK how many of the largest dimensions are kept; 0 for all
   * @param terms {@link #TOKENS}, {@link #NUMBERS}, or a file with the names of the dimensions
   * @param literal weight added to the terms of the text itself
   */
  record SparseHead(
      String output,
      String idsOutput,
      Pooling pooling,
      Activation activation,
      Repeats repeats,
      TermRules rules,
      String autoencoder,
      boolean autoencoderNormalize,
      int topK,
      String terms,
      Weights literal) {
    /** Dimensions are named by the tokenizer's tokens. */
    public static final String TOKENS = "tokens";

    /** Dimensions are named by their numbers. */
    public static final String NUMBERS = "numbers";

    /** The same, with these special tokens unless others were asked for. */
    public SparseHead usually(SpecialTokens usual) {
      return new SparseHead(
          output,
          idsOutput,
          pooling,
          activation,
          repeats,
          rules.usually(usual),
          autoencoder,
          autoencoderNormalize,
          topK,
          terms,
          literal);
    }
  }

  /**
   * How an output becomes a dense vector.
   *
   * @param output the output's name; null: told from the graph's outputs
   * @param pooling one of max, mean, cls, last, none
   * @param normalize whether the vector is brought to length 1
   */
  record DenseHead(String output, Pooling pooling, boolean normalize) {}

  /**
   * An output of one number a text.
   *
   * @param output the output's name; null: the graph's only one
   */
  record ScoreHead(String output) {}

  /**
   * A static table: no inference.
   *
   * @param weights of the terms
   * @param rules which terms the tokens are
   * @param indexIdf how far the weights are adapted to the index that is searched, from 0, not at
   *     all, to 1
   * @param dense gives a dense vector to those who ask for one, and nothing else; null for none.
   *     Weights never need it
   */
  record Table(
      Weights weights,
      String tokenizer,
      Template template,
      TermRules rules,
      double indexIdf,
      Graph dense)
      implements Route {}

  /**
   * Weights of terms.
   *
   * @param file a file with a weight for each, relative to the model's folder; null for a constant
   * @param constant the weight of every term, where there is no file
   */
  record Weights(String file, float constant) {
    /** Whether they are a tensor by vocabulary id. */
    public boolean isTensor() {
      return file != null && file.endsWith(".safetensors");
    }

    /** As {@code model.json} states it. */
    public Object stated() {
      return file == null ? (Object) constant : file;
    }
  }
}
