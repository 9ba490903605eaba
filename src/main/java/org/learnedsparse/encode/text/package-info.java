/** Texts as tokens: tokenizer, vocabulary, static weights of tokens, and windows of a long text. */
package org.learnedsparse.encode.text;
