/**
 * Measures retrieval systems on test collections: how well they rank, how fast they index, how much
 * room they take. A system is one implementation of {@link
 * org.learnedsparse.tools.evaluate.RetrievalSystem}; everything else is shared, so that all systems
 * are measured alike.
 */
package org.learnedsparse.tools.evaluate;
