/**
 * Models of every family, in the layout in which their authors publish them, give the weights that
 * the authors' programs give. {@code integTest/families} holds the models and the weights.
 */
package org.learnedsparse.integ.families;
