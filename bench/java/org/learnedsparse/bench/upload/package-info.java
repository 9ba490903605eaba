/** How long a large model takes into a cluster, and what the node's memory does meanwhile. */
package org.learnedsparse.bench.upload;
