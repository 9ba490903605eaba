/**
 * Building the engines' indices of a collection, in one order of the documents, and opening them.
 */
package org.learnedsparse.bench.search.index;
