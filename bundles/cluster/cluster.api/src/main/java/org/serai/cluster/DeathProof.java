package org.serai.cluster;

import java.util.UUID;

/**
 * Why an incarnation of a node is over.
 *
 * @param node the node
 * @param incarnation the incarnation that is over
 * @param kind the proof
 * @param waitedMs how long this node watched until it was proven
 * @param explanation one sentence for the log and the operator
 */
public record DeathProof(UUID node, UUID incarnation, Kind kind, long waitedMs, String explanation) {
    /** The ladder of proofs. */
    public enum Kind {
        /** The node wrote its goodbye into its slot. */
        GOODBYE,
        /** The node has a newer incarnation, and starts only after the old one's processes are gone. */
        NEWER_INCARNATION,
        /** It ran on this host, and its processes and all that its watchdog guarded are gone. */
        PROCESSES_GONE,
        /** The command for power fencing said that the node is off. */
        POWER_FENCED,
        /** Its sequence number stood still for lease time plus margin on this node's own clock. */
        SILENCE,
        /** The operator's word, confirmed by typing the node's name. */
        OPERATOR
    }
}
