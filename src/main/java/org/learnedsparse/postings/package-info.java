/**
 * A Lucene postings format for impacts: term weights of 8 bits.
 *
 * <p>It is made for two things that a search does with many terms at once: adding up weight ×
 * impact for all documents of a stretch, and bounding from above what documents of a stretch can
 * score. A segment's documents are divided into <em>superblocks</em> of 4,096 documents, and these
 * into 64 <em>blocks</em> of 64. Postings can be added up superblock by superblock without
 * decoding, in any order of the superblocks; the largest impact of each block lies apart from them,
 * so that bounds can be had without touching the postings.
 *
 * <h2>Files</h2>
 *
 * <table>
 * <caption>The files of a segment's fields of this format</caption>
 * <tr><th>Extension</th><th>Content</th></tr>
 * <tr><td>{@code .tim}, {@code .tip}, {@code .tmd}</td><td>The terms' dictionary, Lucene's block
 *   tree, with this format's metadata for each term</td></tr>
 * <tr><td>{@code .doc}</td><td>Postings and block maxima</td></tr>
 * </table>
 *
 * <p>The types are those of {@link org.apache.lucene.store.DataOutput}; fixed-width numbers are
 * little-endian.
 *
 * <h3>{@code .doc}</h3>
 *
 * <ul>
 *   <li>IndexHeader, {@link org.apache.lucene.codecs.CodecUtil#writeIndexHeader}
 *   <li>for each term: Postings, Directory
 *   <li>Footer with checksum, {@link org.apache.lucene.codecs.CodecUtil#writeFooter}
 * </ul>
 *
 * <p>The Directory has an Entry for each superblock that holds a posting of the term:
 *
 * <ul>
 *   <li>Header: VLong, the number of superblocks without postings since the last entry, shifted
 *       left by two, and the form in the two lowest bits
 *   <li>Length: VInt, the number of triples or pairs
 *   <li>one of four forms:
 * </ul>
 *
 * <table>
 * <caption>Forms of a superblock</caption>
 * <tr><th>Form</th><th>In the entry</th><th>In the Postings</th></tr>
 * <tr><td>0, triples</td><td>Length × (Short document in the superblock, Byte impact)</td><td></td></tr>
 * <tr><td>1, pairs</td><td>Length × Pair</td><td></td></tr>
 * <tr><td>2, sparse maxima</td><td>Long: a bit for each block that has a posting, the first the
 *   lowest; then a Byte for each of these: its largest impact</td><td>Sections, Length × Pair</td></tr>
 * <tr><td>3, dense maxima</td><td>64 Bytes: each block's largest impact, 0 for none</td>
 *   <td>Sections, Length × Pair</td></tr>
 * </table>
 *
 * <p>A Pair is a Byte gap, the distance to the document before (for the first, to the superblock's
 * first document), and a Byte impact. A Pair of gap 255 and impact 0 is no posting: it only moves
 * on, for distances above 255, and adding it up does no harm. A superblock keeps maxima where they
 * are much quicker to read than its postings; where they are not kept, a bound is computed from the
 * postings in the entry.
 *
 * <p>Sections lets a search score a part of a superblock: a Short for each but the first of the 8
 * sections of 512 documents, the number of Pairs before the section's first. Pairs that only move
 * on stop at the first document of every section that holds a posting, and that is what the gap of
 * the section's first Pair counts from. A section without a posting starts where its successor
 * does.
 *
 * <h3>Metadata of a term</h3>
 *
 * <ul>
 *   <li>Start: VLong, where its Postings begin; for all but the first term of a dictionary block
 *       the distance from the end of the term before
 *   <li>PostingsLength, DirectoryLength: VLong, in bytes
 *   <li>MaxImpact: Byte
 *   <li>Clustering: Byte, {@link org.learnedsparse.postings.TermImpacts#clustering} in 255ths
 * </ul>
 *
 * <p>The dictionary keeps the document frequency, and the sum of the impacts as the total term
 * frequency.
 */
package org.learnedsparse.postings;
