package org.learnedsparse.model;

/**
 * What the models of a node take outside the heap, and took.
 *
 * @param limitBytes what they may take together
 * @param nativeBytes what is reserved for those that are loaded or being loaded
 * @param loads how often a model was loaded
 * @param evictions how often one was freed to make room
 */
public record MemoryStatus(long limitBytes, long nativeBytes, long loads, long evictions) {}
