package org.serai.cluster;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Which neighbours may write to shared storage on a node's behalf, as the VIOS DB has it. A delegation is written before
 * the neighbour is asked for anything, and deleted only when nothing that was asked under it can be written any more. As
 * long as it stands, and the neighbour's incarnation is not known to be over, nothing that the node owns is granted to
 * another incarnation: not with any proof, and not to the node itself after a new start.
 */
@ProviderType
public interface Delegations {
    /**
     * Lets a neighbour write to a PV for this incarnation of this node. Durable at return.
     *
     * @throws org.serai.ffdc.SeraiException {@link ClusterError#FENCED} if this incarnation is over;
     *     {@link ClusterError#NO_SUCH_NODE}
     */
    Delegation begin(UUID neighbour, UUID pool, UUID pv);

    /** A delegation as the database has it now, not this node's copy of it. */
    Optional<Delegation> find(UUID id);

    /**
     * This node uses it no more: its neighbour ends it as soon as it learns of that, also if the two cannot hear each
     * other. That it is gone already is no error.
     */
    void giveUp(UUID id);

    /** The caller knows that nothing will be written under it any more. That it is gone already is no error. */
    void end(UUID id);

    /** All delegations, from the local view. */
    List<Delegation> all();

    /**
     * A delegation.
     *
     * @param node who does not reach the PV itself
     * @param incarnation of that node
     * @param neighbour who writes for it
     * @param neighbourIncarnation of that neighbour
     * @param givenUp whether the node uses it no more, and waits for its end
     */
    record Delegation(
            UUID id,
            UUID node,
            UUID incarnation,
            UUID neighbour,
            UUID neighbourIncarnation,
            UUID pool,
            UUID pv,
            boolean givenUp) {}
}
