package org.serai.cluster.core.backup;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.serai.cluster.Backups.Backup;
import org.serai.cluster.Backups.Found;
import org.serai.cluster.Backups.Restore;
import org.serai.cluster.ClusterError;
import org.serai.cluster.core.member.ClusterRow;
import org.serai.cluster.core.member.Enrolment;
import org.serai.cluster.core.member.NodeRow;
import org.serai.cluster.spi.RestoreWitness.Testimony;
import org.serai.database.Archive;
import org.serai.database.Transaction;

/** A backup, and all that was found out before it is restored. */
final class Examined {
    private final BackupFile.Content content;
    private final ClusterRow cluster;
    private final Enrolment enrolment;
    private final Staged staged;
    private final List<Testimony> testimonies;
    private final Signs signs;
    private final List<NodeRow> nodes;
    private final UUID self;
    private final List<String> changes = new ArrayList<>();

    Examined(
            BackupFile.Content content,
            ClusterRow cluster,
            Enrolment enrolment,
            Staged staged,
            List<Testimony> testimonies,
            Signs signs,
            List<NodeRow> nodes,
            UUID self) {
        this.content = content;
        this.cluster = cluster;
        this.enrolment = enrolment;
        this.staged = staged;
        this.testimonies = testimonies;
        this.signs = signs;
        this.nodes = nodes;
        this.self = self;
    }

    Backup backup() {
        return content.backup();
    }

    Archive archive() {
        return content.archive();
    }

    ClusterRow cluster() {
        return cluster;
    }

    Enrolment enrolment() {
        return enrolment;
    }

    Staged staged() {
        return staged;
    }

    /** Makes the restored database one that can be gone on with. */
    Consumer<Transaction> adjusting() {
        Adjusting adjusting = new Adjusting(self, testimonies, signs.byNode());
        return transaction -> {
            changes.clear();
            adjusting.adjust(transaction, changes::add);
        };
    }

    Restore report() {
        return new Restore(
                backup(),
                enrolment.databaseUrl(),
                found(),
                List.copyOf(changes),
                testimonies.stream()
                        .flatMap(testimony -> testimony.findings().stream())
                        .toList(),
                doubts());
    }

    private List<Found> found() {
        List<Found> found = new ArrayList<>(nodes.stream().map(this::found).toList());
        signs.byNode().forEach((node, sign) -> {
            if (sign.alive() && nodes.stream().noneMatch(row -> row.id().equals(node))) {
                found.add(
                        new Found(node.toString(), "alive", "a node that the backup does not know writes heartbeats"));
            }
        });
        return found;
    }

    private Found found(NodeRow node) {
        Optional<LifeWatch.Sign> sign = Optional.ofNullable(signs.byNode().get(node.id()));
        if (sign.isEmpty()) {
            return node.id().equals(self)
                    ? new Found(node.name(), "stopped", "it is this node, which is no member now")
                    : new Found(node.name(), "unseen", "no pool shows a heartbeat of it");
        }
        if (sign.get().alive()) {
            return new Found(node.name(), "alive", "its heartbeats come");
        }
        return sign.get().goodbye()
                ? new Found(node.name(), "stopped", "it said goodbye")
                : new Found(
                        node.name(),
                        "silent",
                        "its slot did not change for " + (cluster.leaseMs() + cluster.marginMs()) + " ms");
    }

    private List<String> doubts() {
        List<String> doubts = new ArrayList<>();
        found().stream()
                .filter(node -> node.state().equals("unseen"))
                .forEach(node -> doubts.add("node " + node.node() + ": " + node.explanation()));
        if (testimonies.isEmpty()) {
            doubts.add("nothing looks at the pools here: the bundles of storage are not active");
        }
        testimonies.forEach(testimony -> doubts.addAll(testimony.doubts()));
        return doubts;
    }

    void requireNobodyAlive() {
        List<String> alive = found().stream()
                .filter(node -> node.state().equals("alive"))
                .map(Found::node)
                .toList();
        if (!alive.isEmpty()) {
            throw ClusterError.ALIVE.error(
                    "Cluster " + cluster.name() + " is not restored",
                    "these nodes of it are alive: " + String.join(", ", alive),
                    "stop them first: they serve under what the lost database granted them");
        }
    }

    void requireConfirmed(Optional<String> typedName) {
        List<String> doubts = doubts();
        if (!doubts.isEmpty() && !typedName.equals(Optional.of(cluster.name()))) {
            throw ClusterError.NOT_CONFIRMED.error(
                    "Cluster " + cluster.name() + " is not restored",
                    "it cannot be seen that nothing of it runs: " + String.join("; ", doubts),
                    "make sure that no node of it runs, then give --confirm " + cluster.name());
        }
    }
}
