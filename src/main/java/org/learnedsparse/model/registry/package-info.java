/**
 * Models of the cluster: uploaded in parts into a system index, verified once, and copied onto each
 * node that uses them.
 *
 * <p>A model is one document, with its settings and its state, and one document for each part of a
 * file. The parts carry the number of the upload that they belong to, which the model's document
 * names: what an interrupted deletion leaves behind never becomes part of a later model. A model
 * counts as there only once its document says that it was verified, with the digests of its files.
 */
package org.learnedsparse.model.registry;
