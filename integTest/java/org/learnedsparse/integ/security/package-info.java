/** Rights and encryption: the plugin on a node with Elasticsearch's security and TLS. */
package org.learnedsparse.integ.security;
