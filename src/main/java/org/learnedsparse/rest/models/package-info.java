/** Endpoints that manage the cluster's models. */
package org.learnedsparse.rest.models;
