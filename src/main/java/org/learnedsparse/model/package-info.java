/** The models of a node: found in folders, loaded when first asked for, shared by all requests. */
package org.learnedsparse.model;
