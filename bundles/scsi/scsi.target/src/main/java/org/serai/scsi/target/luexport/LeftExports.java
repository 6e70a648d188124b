package org.serai.scsi.target.luexport;

import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.serai.cluster.DeathProof;
import org.serai.cluster.Liveness;
import org.serai.cluster.Membership;
import org.serai.cluster.Node;
import org.serai.storage.Lu;
import org.serai.storage.OpenLu;
import org.serai.storage.Storage;

/** What nodes exported that are over: it can be had by another node, with a proof of death and never without. */
final class LeftExports {
    private final Membership membership;
    private final Liveness liveness;
    private final Storage storage;

    LeftExports(Membership membership, Liveness liveness, Storage storage) {
        this.membership = membership;
        this.liveness = liveness;
        this.storage = storage;
    }

    /**
     * The proof that the node of a row is over, waiting as long as that takes; empty if it is this one, or unknown.
     *
     * @throws org.serai.ffdc.SeraiException {@link org.serai.cluster.ClusterError#ALIVE} as soon as it shows life
     */
    Optional<DeathProof> prove(LuExportRow row, Consumer<String> progress) {
        UUID self = membership.self().id();
        Optional<Node> node =
                membership.node(row.node()).filter(each -> !each.id().equals(self));
        return node.map(each -> liveness.prove(
                each.id(), each.incarnation(), told -> progress.accept("Node " + each.name() + ": " + told + ".")));
    }

    /** Opens an LU that was exported by a node that is over; the node may have given its lock back in order. */
    OpenLu open(Lu lu, DeathProof proof) {
        boolean held =
                lu.lock().filter(lock -> lock.node().equals(proof.node())).isPresent();
        return held
                ? storage.takeOver(lu.id(), lu.clientId(), LiveExports.OPERATION, proof)
                : storage.open(lu.id(), lu.clientId(), LiveExports.OPERATION);
    }
}
