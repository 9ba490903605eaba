package org.learnedsparse.model.registry;

/**
 * What a file must be.
 *
 * @param bytes its length
 * @param sha256 its digest, in hexadecimal digits
 */
public record FileDigest(long bytes, String sha256) {}
