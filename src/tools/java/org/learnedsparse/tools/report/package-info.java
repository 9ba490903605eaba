/** Writes measured figures into the documentation. */
package org.learnedsparse.tools.report;
