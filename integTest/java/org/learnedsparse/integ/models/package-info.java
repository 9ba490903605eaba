/** Models that are uploaded over REST, on real nodes. */
package org.learnedsparse.integ.models;
