/**
 * Makes and measures the default model: {@link org.learnedsparse.models.Train} writes a model
 * folder, {@link org.learnedsparse.models.Measure} measures one.
 */
package org.learnedsparse.models;
