package org.serai.cluster.core.liveness;

import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.serai.cluster.DeathProof;
import org.serai.cluster.Liveness;

/** Questions whether incarnations are over that nobody waits for: each look goes on where the last one was. */
public final class Inquiries {
    private final Heartbeat heartbeat;
    private final Map<UUID, Inquest> open = new ConcurrentHashMap<>();

    /** By what this heartbeat sees. */
    public Inquiries(Heartbeat heartbeat) {
        this.heartbeat = heartbeat;
    }

    /**
     * The proof, if there is one by now. While its heartbeats come no question is asked, which spares the database.
     *
     * @param registered the node's incarnation as the local view has it
     */
    public Optional<DeathProof> look(UUID node, UUID incarnation, UUID registered) {
        if (heartbeat.seen(node).state() == Liveness.State.ALIVE && registered.equals(incarnation)) {
            open.remove(incarnation);
            return Optional.empty();
        }
        var inquest = open.computeIfAbsent(incarnation, _ -> heartbeat.inquest(node, incarnation));
        // The view tells of a newer incarnation soon enough; each node asking for each silent one would be too much.
        return switch (registered.equals(incarnation) ? inquest.verdictOfPresent() : inquest.verdict()) {
            case Verdict.Over over -> {
                open.remove(incarnation);
                yield Optional.of(new DeathProof(node, incarnation, over.kind(), 0, over.explanation()));
            }
            case Verdict.Alive alive -> {
                open.remove(incarnation);
                yield Optional.empty();
            }
            case Verdict.Waiting waiting -> Optional.empty();
            case Verdict.Nothing() -> Optional.empty();
        };
    }
}
