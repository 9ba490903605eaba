/** The demonstration: a real node, a corpus, and two rankings side by side. */
package org.learnedsparse.tools.demo;
