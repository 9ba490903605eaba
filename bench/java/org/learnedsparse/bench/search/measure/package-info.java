/** What engines are measured by: the exact answers, and a race on the same queries. */
package org.learnedsparse.bench.search.measure;
