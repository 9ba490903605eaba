/** Tests against a real node with the plugin installed by the real installer. */
package org.learnedsparse.integ;
