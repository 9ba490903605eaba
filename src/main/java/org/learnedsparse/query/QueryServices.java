package org.learnedsparse.query;

/**
 * What queries need of the node that they are on.
 *
 * @param encoder encodes their texts
 * @param header says how they were answered
 */
public record QueryServices(QueryEncoder encoder, OutcomeHeader header) {}
