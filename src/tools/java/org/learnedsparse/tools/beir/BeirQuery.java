package org.learnedsparse.tools.beir;

/**
 * One query of a collection.
 *
 * @param id as the judgments name it, never empty
 * @param text passed to the systems as it is
 */
public record BeirQuery(String id, String text) {}
