package org.serai.scsi.target.luexport;

import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.serai.cluster.ClusterError;
import org.serai.cluster.DeathProof;
import org.serai.cluster.Liveness;
import org.serai.cluster.spi.LeaseArea;

/** Nodes live until they are said to be over. */
final class TestLiveness implements Liveness {
    private final Set<UUID> over = ConcurrentHashMap.newKeySet();
    private final Set<UUID> justSeen = ConcurrentHashMap.newKeySet();
    private final Set<UUID> silent = ConcurrentHashMap.newKeySet();
    private final Set<UUID> unknown = ConcurrentHashMap.newKeySet();

    void isOver(UUID node) {
        over.add(node);
    }

    /** Whoever looks finds the last heartbeat of a node, and cannot tell yet that no other follows. */
    void showsLast(UUID node) {
        justSeen.add(node);
    }

    /** A node whose last heartbeats came late, or come no more. */
    void isSilent(UUID node) {
        silent.add(node);
    }

    /** No pool that is attached here shows anything of a node. */
    void isUnknown(UUID node) {
        unknown.add(node);
    }

    @Override
    public DeathProof prove(UUID node, UUID incarnation, Consumer<String> progress) {
        progress.accept("silent for 900 of 10000 ms");
        if (!over.contains(node)) {
            throw ClusterError.ALIVE.error("the node is not dead", "it shows life", "wait");
        }
        return new DeathProof(node, incarnation, DeathProof.Kind.SILENCE, 10_000, "it was silent");
    }

    @Override
    public void attach(LeaseArea area) {
        throw new UnsupportedOperationException("exports attach nothing");
    }

    @Override
    public void detach(LeaseArea area) {
        throw new UnsupportedOperationException("exports detach nothing");
    }

    @Override
    public Seen seen(UUID node) {
        if (silent.contains(node)) {
            return new Seen(State.SUSPECT, 2_500);
        }
        if (unknown.contains(node)) {
            return new Seen(State.UNKNOWN, 0);
        }
        return over.contains(node) && !justSeen.contains(node)
                ? new Seen(State.DEAD, 20_000)
                : new Seen(State.ALIVE, 0);
    }
}
