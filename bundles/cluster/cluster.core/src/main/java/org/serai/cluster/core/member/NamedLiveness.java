package org.serai.cluster.core.member;

import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import org.serai.cluster.DeathProof;
import org.serai.cluster.Liveness;
import org.serai.cluster.spi.LeaseArea;
import org.serai.ffdc.SeraiException;

/** Liveness whose errors call nodes by their names, which heartbeats do not know. */
record NamedLiveness(Liveness liveness, Function<UUID, String> names) implements Liveness {
    @Override
    public void attach(LeaseArea area) {
        liveness.attach(area);
    }

    @Override
    public void detach(LeaseArea area) {
        liveness.detach(area);
    }

    @Override
    public Seen seen(UUID node) {
        return liveness.seen(node);
    }

    @Override
    public DeathProof prove(UUID node, UUID incarnation, Consumer<String> progress) {
        try {
            return liveness.prove(node, incarnation, progress);
        } catch (SeraiException e) {
            throw e.code().error(e.what().replace(node.toString(), names.apply(node)), e.reason(), e.action(), e);
        }
    }
}
