package org.serai.cluster.core.member;

import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import org.serai.cluster.DeathProof.Kind;
import org.serai.cluster.core.liveness.Evidence;
import org.serai.cluster.core.liveness.Finding;
import org.serai.cluster.core.liveness.HostProcess;
import org.serai.cluster.core.liveness.PowerFence;
import org.serai.database.Database;
import org.serai.database.DatabaseError;
import org.serai.database.View;
import org.serai.ffdc.SeraiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Evidence that is written in the VIOS DB, of processes of this host, and by power fencing. */
final class DatabaseEvidence implements Evidence {
    private static final Logger LOG = LoggerFactory.getLogger(DatabaseEvidence.class);

    private final Database database;
    private final UUID self;
    private final View<NodeEndRow> ends;
    private final View<NodeProcessRow> processes;
    private final View<NodeRow> nodes;
    private final Predicate<HostProcess> isGone;
    private final Optional<PowerFence> power;

    /**
     * As one node finds it.
     *
     * @param isGone whether a process of this host is known to be gone
     */
    DatabaseEvidence(Database database, UUID self, Predicate<HostProcess> isGone, Optional<PowerFence> power) {
        this.database = database;
        this.self = self;
        this.ends = database.view(NodeEndRow.class);
        this.processes = database.view(NodeProcessRow.class);
        this.nodes = database.view(NodeRow.class);
        this.isGone = isGone;
        this.power = power;
    }

    @Override
    public Optional<Finding> known(UUID node, UUID incarnation) {
        return written(incarnation).or(() -> processesGone(node, incarnation));
    }

    /** What some node has written down. */
    Optional<Finding> written(UUID incarnation) {
        return ends.get(incarnation).map(row -> new Finding(row.proof(), row.explanation()));
    }

    /** Whether the processes of that incarnation ran here and are gone. */
    Optional<Finding> processesGone(UUID node, UUID incarnation) {
        return processes
                .get(node)
                .filter(row -> row.incarnation().equals(incarnation) && isOnThisHost(node))
                .filter(row -> isGone.test(row.toProcess()))
                .map(row -> new Finding(
                        Kind.PROCESSES_GONE,
                        "it ran on this host as process " + row.pid()
                                + ", which is gone with its watchdog and all that was guarded"));
    }

    /** Where several CECs are played on one machine each counts as a host: what is proven is proven as between real ones. */
    private boolean isOnThisHost(UUID node) {
        return nodes.get(node)
                .flatMap(there -> nodes.get(self).filter(there::isOnHostOf))
                .isPresent();
    }

    @Override
    public Optional<Finding> force(UUID node, UUID incarnation) {
        var name = nodes.get(node).map(NodeRow::name).orElse(node.toString());
        var found = power.flatMap(command -> command.fence(name))
                .map(said -> new Finding(Kind.POWER_FENCED, "power fencing: " + said));
        found.ifPresent(finding -> note(node, incarnation, finding));
        return found;
    }

    /** For the others; what is held here counts all the same if the database is away. */
    private void note(UUID node, UUID incarnation, Finding finding) {
        try {
            write(node, incarnation, finding);
        } catch (SeraiException failed) {
            if (failed.code() != DatabaseError.UNREACHABLE) {
                throw failed;
            }
            LOG.warn("that node {} was turned off could not be written down: {}", node, failed.getMessage());
        }
    }

    /** Writes it down for all nodes. */
    void write(UUID node, UUID incarnation, Finding finding) {
        var row = new NodeEndRow(incarnation, node, finding.kind(), finding.explanation(), self);
        database.write(
                transaction -> transaction.get(NodeEndRow.class, incarnation).isPresent()
                        ? transaction.update(row)
                        : transaction.insert(row));
    }

    /** Whether a power-fencing command is configured here. */
    boolean hasPowerFence() {
        return power.isPresent();
    }

    /** Whether that incarnation ran on the host of this node, as far as that is known. */
    boolean isProcessKnown(UUID node, UUID incarnation) {
        return processes
                .get(node)
                .filter(row -> row.incarnation().equals(incarnation))
                .isPresent();
    }
}
