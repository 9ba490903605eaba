/** The models of a node: found in folders, loaded when first used, shared by all requests. */
package org.learnedsparse.model;
