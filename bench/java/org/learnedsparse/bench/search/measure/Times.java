package org.learnedsparse.bench.search.measure;

/**
 * How long a contestant's queries took.
 *
 * @param wall by the clock
 * @param cpu on a processor: without what other work on a busy machine took away meanwhile
 */
public record Times(Latencies wall, Latencies cpu) {}
