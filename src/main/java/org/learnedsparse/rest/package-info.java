/** The REST endpoints below {@code _learned_sparse}, and the transport actions behind them. */
package org.learnedsparse.rest;
