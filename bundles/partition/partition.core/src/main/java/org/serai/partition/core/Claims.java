package org.serai.partition.core;

import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.serai.cluster.ClusterError;
import org.serai.cluster.DeathProof;
import org.serai.cluster.Grant;
import org.serai.cluster.Liveness;
import org.serai.cluster.Ownership.Owner;
import org.serai.ffdc.SeraiException;
import org.serai.partition.PartitionError;
import org.serai.partition.core.record.LparRow;

/** Who may run a partition: takes its ownership, from a dead node only with proof. */
final class Claims {
    private final PartitionContext context;

    Claims(PartitionContext context) {
        this.context = context;
    }

    /** The right to run a partition, with the proofs of death that were needed so far. */
    record Claim(Grant grant, Proofs proofs) {}

    /** Who holds it, other than an earlier incarnation of this node. */
    Optional<Owner> holder(LparRow row) {
        return context.ownership()
                .owner(row.object())
                .filter(o -> o.holder().isPresent())
                .filter(o -> !isMine(o)
                        || o.incarnation().equals(Optional.of(context.self().incarnation())));
    }

    /** Takes what nobody holds. */
    Claim free(LparRow row, String operation, Consumer<String> progress) {
        refuseIfHeld(row);
        return new Claim(acquire(row, operation), new Proofs(context, progress));
    }

    /** Takes what nobody holds, or what a node held that can be proven dead. */
    Claim freeOrDead(LparRow row, String operation, Operation told) {
        Optional<Owner> holder = holder(row).filter(o -> !isMine(o));
        if (holder.isEmpty()) {
            return free(row, operation, told::tell);
        }
        UUID node = holder.get().holder().orElseThrow();
        Proofs proofs = new Proofs(context, told::tell);
        DeathProof proof = prove(row, node, holder.get().incarnation().orElseThrow(), told, proofs);
        told.step("take_over", "Taking partition " + row.name() + " over from " + context.nodeName(node) + ".");
        return new Claim(context.ownership().takeOver(row.object(), operation, proof), proofs);
    }

    /**
     * Establishes whether the node that ran a hibernated partition last lives, although nothing is taken from it: whether
     * its host died, and how long it took to be sure of it, is what a remote restart tells. A heartbeat seen a moment ago
     * is no answer, so an answer is waited for.
     */
    void establish(LparRow row, Operation told) {
        Optional<UUID> last = row.node().filter(n -> !n.equals(context.self().id()));
        if (last.isEmpty() || context.membership().node(last.get()).isEmpty()) {
            return;
        }
        String name = context.nodeName(last.get());
        if (context.liveness().seen(last.get()).state() == Liveness.State.STOPPED) {
            told.tell("Node " + name + " said goodbye.");
            return;
        }
        try {
            UUID incarnation =
                    context.membership().node(last.get()).orElseThrow().incarnation();
            context.liveness().prove(last.get(), incarnation, s -> told.tell("Node " + name + ": " + s + "."));
            told.tell("Node " + name + " is dead.");
        } catch (SeraiException e) {
            if (e.code() != ClusterError.ALIVE && e.code() != ClusterError.NO_PROOF) {
                throw e;
            }
            told.tell("Node " + name + (e.code() == ClusterError.ALIVE ? " is alive" : " is not proven dead")
                    + ", and holds nothing of partition " + row.name() + ".");
        }
    }

    /** Refuses what any node, this one included, holds. */
    void refuseIfHeld(LparRow row) {
        holder(row).ifPresent(o -> {
            throw isMine(o) ? busyHere(row, o) : elsewhere(row, o.holder().orElseThrow(), o.operation());
        });
    }

    /** The error for whoever wants what another node runs. */
    SeraiException elsewhere(LparRow row, UUID node, String operation) {
        String name = context.nodeName(node);
        return PartitionError.RUNS_ELSEWHERE.error(
                "Partition " + row.name() + " is held by node " + name,
                "node " + name + " holds it for: " + operation,
                "stop or hibernate it; if that node is dead, use lpar:remote-restart " + row.name());
    }

    /** What the holder of an object was granted. */
    static Grant grant(Owner owner) {
        return new Grant(
                owner.object(),
                owner.holder().orElseThrow(),
                owner.incarnation().orElseThrow(),
                owner.epoch(),
                owner.operation());
    }

    private SeraiException busyHere(LparRow row, Owner owner) {
        return PartitionError.WRONG_STATE.error(
                "Partition " + row.name() + " is in use on this node",
                "this node holds it for: " + owner.operation(),
                "look at lpar:info " + row.name());
    }

    private DeathProof prove(LparRow row, UUID node, UUID incarnation, Operation told, Proofs proofs) {
        String name = context.nodeName(node);
        told.step("prove", "Proving that node " + name + " is dead, which holds partition " + row.name() + ".");
        try {
            DeathProof proof = proofs.prove(node, incarnation);
            told.tell("Node " + name + " is dead: " + proof.explanation());
            return proof;
        } catch (SeraiException e) {
            if (e.code() == ClusterError.ALIVE) {
                throw PartitionError.RUNS_ELSEWHERE.error(
                        "Partition " + row.name() + " is held by node " + name,
                        "node " + name + " is alive",
                        "stop or hibernate the partition, then run it where you like",
                        e);
            }
            throw e;
        }
    }

    private Grant acquire(LparRow row, String operation) {
        try {
            return context.ownership().acquire(row.object(), operation);
        } catch (SeraiException e) {
            if (e.code() == ClusterError.OWNED) {
                refuseIfHeld(row);
            }
            throw e;
        }
    }

    private boolean isMine(Owner owner) {
        return owner.holder().equals(Optional.of(context.self().id()));
    }
}
