package org.serai.scsi.target.luexport;

import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.serai.cluster.Liveness;
import org.serai.cluster.Membership;
import org.serai.cluster.Node;
import org.serai.cluster.Ownership;
import org.serai.cluster.Ownership.Owner;
import org.serai.database.Database;
import org.serai.scsi.Paths.State;

/** What exports ask of the cluster: who the nodes are, who of them lives, and who holds an LU. */
record Cluster(Membership membership, Liveness liveness, Ownership ownership, Database database) {
    Node self() {
        return membership.self();
    }

    boolean isSelf(UUID node) {
        return node.equals(self().id());
    }

    String name(UUID node) {
        return membership.node(node).map(Node::name).orElse(node.toString());
    }

    /** Whoever has an LU open, as this node has heard of it. */
    Optional<Owner> seenHolder(UUID lu) {
        return ownership.owner(object(lu)).filter(owner -> owner.holder().isPresent());
    }

    /** Whoever has an LU open, as the VIOS DB has it. */
    Optional<Owner> holder(UUID lu) {
        return database.read(transaction -> ownership.owner(transaction, object(lu)))
                .filter(owner -> owner.holder().isPresent());
    }

    private static String object(UUID lu) {
        return "lu:" + lu;
    }

    /** Whether a node shows life. */
    boolean shows(UUID node) {
        return isSelf(node) || liveness.seen(node).state() == Liveness.State.ALIVE;
    }

    /** Whether a node may hear a message: it shows life, or no pool that is attached here says anything of it. */
    boolean mayHear(UUID node) {
        return shows(node) || liveness.seen(node).state() == Liveness.State.UNKNOWN;
    }

    /** For how long nothing was seen of a node. */
    long silentMs(UUID node) {
        return liveness.seen(node).silentMs();
    }

    /** How often nodes show that they live. */
    long renewalMs() {
        return membership.cluster().renewalMs();
    }

    /** The state of the path to an LU through another node. */
    State state(UUID node, UUID lu) {
        if (!shows(node)) {
            return State.UNAVAILABLE;
        }
        boolean holds = seenHolder(lu)
                .filter(owner -> owner.holder().equals(Optional.of(node)))
                .isPresent();
        return holds ? State.ACTIVE : State.STANDBY;
    }

    /** Whether what holds something is over, as far as can be seen without a proof: reason to ask for one. */
    boolean looksOver(Owner owner) {
        return startedAnew(owner)
                || switch (seen(owner)) {
                    case DEAD, STOPPED -> true;
                    case ALIVE, SUSPECT, UNKNOWN -> false;
                };
    }

    /** The same, or it has been silent for so long that asking it for something may be in vain. */
    boolean mayBeOver(Owner owner) {
        return looksOver(owner) || seen(owner) == Liveness.State.SUSPECT;
    }

    /**
     * The same, or it shows a heartbeat and does not answer: whoever has just started sees for a while what a dead node
     * wrote last.
     *
     * @param answered the nodes that have just answered a message
     */
    boolean mayBeOver(Owner owner, Set<UUID> answered) {
        return mayBeOver(owner)
                || seen(owner) == Liveness.State.ALIVE
                        && !answered.contains(owner.holder().orElseThrow());
    }

    private boolean startedAnew(Owner owner) {
        return membership
                .node(owner.holder().orElseThrow())
                .filter(now -> owner.incarnation().equals(Optional.of(now.incarnation())))
                .isEmpty();
    }

    private Liveness.State seen(Owner owner) {
        return liveness.seen(owner.holder().orElseThrow()).state();
    }
}
