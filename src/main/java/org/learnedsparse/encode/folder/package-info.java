/**
 * What a model's folder holds and says: {@code model.json}, the layouts that models are published
 * in, and their files.
 */
package org.learnedsparse.encode.folder;
