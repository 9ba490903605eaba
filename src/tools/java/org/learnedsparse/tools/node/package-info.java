/**
 * A real Elasticsearch node in a process of its own, with the plugin installed by the real
 * installer. The demo, the evaluation, the benchmarks and the integration tests all run on it.
 */
package org.learnedsparse.tools.node;
