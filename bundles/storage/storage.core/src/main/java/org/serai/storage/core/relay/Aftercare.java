package org.serai.storage.core.relay;

import java.util.UUID;
import org.serai.cluster.DeathProof;
import org.serai.cluster.Delegations;
import org.serai.cluster.Delegations.Delegation;
import org.serai.cluster.Liveness;
import org.serai.cluster.Membership;
import org.serai.ffdc.SeraiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends delegations of which one side is over: those served here by stopping, those of dead neighbours by their proof. */
public final class Aftercare {
    private static final Logger LOG = LoggerFactory.getLogger(Aftercare.class);

    private final Membership membership;
    private final Liveness liveness;
    private final Delegations delegations;
    private final Relaying relaying;

    public Aftercare(Membership membership, Liveness liveness, Delegations delegations, Relaying relaying) {
        this.membership = membership;
        this.liveness = liveness;
        this.delegations = delegations;
        this.relaying = relaying;
    }

    /** One look. */
    public void round() {
        relaying.endThose(this::isOver);
        UUID self = membership.self().id();
        delegations.all().stream()
                .filter(each -> !each.neighbour().equals(self))
                .forEach(this::endOfDead);
    }

    /** To stop too early does no harm: its node would find another way. */
    private boolean isOver(Delegation delegation) {
        if (!Relaying.isSame(membership.node(delegation.node()), delegation)) {
            return true;
        }
        Liveness.Seen seen = liveness.seen(delegation.node());
        return switch (seen.state()) {
            case DEAD, STOPPED -> true;
            case ALIVE, SUSPECT, UNKNOWN ->
                seen.silentMs() >= membership.cluster().leaseMs();
        };
    }

    private void endOfDead(Delegation delegation) {
        switch (liveness.seen(delegation.neighbour()).state()) {
            case DEAD, STOPPED -> endByProof(delegation);
            case ALIVE, SUSPECT, UNKNOWN -> {
                // It ends it itself.
            }
        }
    }

    private void endByProof(Delegation delegation) {
        try {
            DeathProof proof = liveness.prove(
                    delegation.neighbour(), delegation.neighbourIncarnation(), said -> LOG.debug("{}", said));
            delegations.end(delegation.id());
            LOG.warn(
                    "nothing of node {} goes through node {} any more, which is over: {}",
                    delegation.node(),
                    delegation.neighbour(),
                    proof.explanation());
        } catch (SeraiException e) {
            LOG.warn(
                    "node {} may still write for node {}: {}",
                    delegation.neighbour(),
                    delegation.node(),
                    e.getMessage());
        }
    }
}
