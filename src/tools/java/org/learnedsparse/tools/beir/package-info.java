/**
 * Test collections in the layout of the BEIR benchmark, and the measures that are taken on them.
 *
 * <p>A collection is a folder with {@code corpus.jsonl} ({@code _id}, {@code title}, {@code text}),
 * {@code queries.jsonl} ({@code _id}, {@code text}) and {@code qrels.tsv} or {@code qrels/test.tsv}
 * (query id, document id, relevance, separated by tabs; a header line is allowed).
 */
package org.learnedsparse.tools.beir;
