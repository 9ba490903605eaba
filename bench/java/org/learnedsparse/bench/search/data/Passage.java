package org.learnedsparse.bench.search.data;

import java.util.List;

/**
 * A document as it was drawn.
 *
 * @param focus the terms that this document stresses more than others on its subject; some may have
 *     no impact in the end
 */
record Passage(TopicModel.Subject subject, List<Integer> focus, ImpactVector vector) {}
