package org.serai.cluster;

import java.util.UUID;

/**
 * A registered VIOS, as the VIOS DB has it.
 *
 * @param id the VIOS UUID, kept for ever
 * @param name unique in the cluster
 * @param slot the node's slot in every lease area, unique in the cluster
 * @param incarnation changes at every start of the node
 * @param host the CEC it runs on
 * @param portal where its iSCSI target listens, {@code host:port}
 * @param transportAddress where its transport listens, {@code WIRE://host:port}, empty before it has one
 */
public record Node(
        UUID id, String name, int slot, UUID incarnation, HostId host, String portal, String transportAddress) {}
