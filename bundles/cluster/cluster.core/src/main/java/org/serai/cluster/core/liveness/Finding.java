package org.serai.cluster.core.liveness;

import org.serai.cluster.DeathProof;

/**
 * What shows that an incarnation is over.
 *
 * @param explanation one sentence
 */
public record Finding(DeathProof.Kind kind, String explanation) {}
