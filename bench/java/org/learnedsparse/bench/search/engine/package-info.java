/** The ways of storing and searching the documents that are compared. */
package org.learnedsparse.bench.search.engine;
