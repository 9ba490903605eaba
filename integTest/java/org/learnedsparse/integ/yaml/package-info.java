/**
 * Runs Elasticsearch's YAML REST tests: suites of requests and assertions in {@code
 * rest-api-spec/test/<area>/NN_*.yml}, in the format of Elasticsearch's own, against a real node;
 * those of the area {@code security} against one that asks for passwords.
 */
package org.learnedsparse.integ.yaml;
