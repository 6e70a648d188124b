package org.serai.cluster.core.liveness;

import java.util.UUID;

/** A registered node and its slot in every lease area. */
public record Peer(UUID id, int slot) {}
