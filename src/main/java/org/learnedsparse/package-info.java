/** Learned sparse retrieval for Elasticsearch: the plugin's entry point. */
package org.learnedsparse;
