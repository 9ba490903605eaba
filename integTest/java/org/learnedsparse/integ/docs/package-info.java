/** Executes what the documentation tells a reader to do. */
package org.learnedsparse.integ.docs;
