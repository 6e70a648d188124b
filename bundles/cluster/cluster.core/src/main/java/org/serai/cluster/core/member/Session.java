package org.serai.cluster.core.member;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.serai.cluster.Clients;
import org.serai.cluster.Cluster.Self;
import org.serai.cluster.Fence;
import org.serai.cluster.Journal;
import org.serai.cluster.Liveness;
import org.serai.cluster.Membership;
import org.serai.cluster.Ownership;
import org.serai.cluster.core.liveness.Guarding;
import org.serai.cluster.core.liveness.Heartbeat;
import org.serai.cluster.core.liveness.Peer;
import org.serai.cluster.core.ownership.Acting;
import org.serai.cluster.core.ownership.DatabaseClients;
import org.serai.cluster.core.ownership.DatabaseJournal;
import org.serai.cluster.core.ownership.DatabaseOwnership;
import org.serai.cluster.core.time.Rounds;
import org.serai.database.Database;
import org.serai.database.View;
import org.serai.ffdc.SeraiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What runs and is offered while this incarnation of the node is a member. */
final class Session {
    private static final Logger LOG = LoggerFactory.getLogger(Session.class);

    private final Database database;
    private final Guarding guarding;
    private final Heartbeat heartbeat;
    private final Membership membership;
    private final ClusterRow cluster;
    private final DatabaseOwnership ownership;
    private final UUID self;
    private final UUID incarnation;
    private final View<NodeRow> nodes;
    private final Journal journal;
    private final Clients clients;
    private final Database.Registration watching;
    private final List<Runnable> offered = new ArrayList<>();

    Session(
            Database database,
            Guarding guarding,
            ClusterRow cluster,
            Self self,
            LongSupplier nanoClock,
            Rounds rounds,
            Supplier<UUID> random) {
        this.database = database;
        this.guarding = guarding;
        this.cluster = cluster;
        this.membership = new RegisteredMembership(database, cluster, self.id());
        this.self = self.id();
        this.incarnation = self.incarnation();
        this.nodes = database.view(NodeRow.class);
        this.heartbeat = new Heartbeat(
                new Peer(self.id(), membership.self().slot()),
                self.incarnation(),
                cluster.timing(),
                nanoClock,
                rounds,
                guarding.lease(),
                () -> nodes.all().stream()
                        .map(row -> new Peer(row.id(), row.slot()))
                        .toList(),
                this::registered);
        var acting = new Acting(
                self.id(),
                self.incarnation(),
                id -> nodes.get(id).map(NodeRow::name).orElse(id.toString()));
        this.ownership = new DatabaseOwnership(database, guarding.gate(), acting);
        this.journal = new DatabaseJournal(database, acting, random);
        this.clients = new DatabaseClients(database);
        this.watching = database.onChange((revision, changes) -> surrenderIfOvertaken());
    }

    /** A node that was taken for dead and is not must not go on: it ends, and comes back as a new incarnation. */
    private void surrenderIfOvertaken() {
        ownership
                .overtaken()
                .ifPresent(grant -> guarding.lease()
                        .surrender("another node took over " + grant.object() + ", which this one held under epoch "
                                + grant.epoch()));
        nodes.get(self)
                .filter(row -> !row.incarnation().equals(incarnation))
                .ifPresent(row ->
                        guarding.lease().surrender("the node was started again as incarnation " + row.incarnation()));
    }

    /** From the database itself: a copy that is behind could call an incarnation old that is the newest. */
    private Optional<UUID> registered(UUID node) {
        try {
            return database.read(transaction -> transaction.get(NodeRow.class, node))
                    .map(NodeRow::incarnation);
        } catch (SeraiException unreachable) {
            LOG.debug("the database does not tell the incarnation of {}", node, unreachable);
            return Optional.empty();
        }
    }

    /** Offers the services, those that others are built on first. */
    void offer(Services services) {
        offered.add(services.offer(Database.class, database));
        offered.add(services.offer(Fence.class, guarding.gate()));
        offered.add(services.offer(Liveness.class, heartbeat));
        offered.add(services.offer(Ownership.class, ownership));
        offered.add(services.offer(Journal.class, journal));
        offered.add(services.offer(Clients.class, clients));
        offered.add(services.offer(Membership.class, membership));
    }

    /**
     * Takes the services back, upon which their users stop and release; then ends the watchdog with whatever it still
     * guards; then says goodbye, which is only true after that.
     */
    void close() {
        offered.reversed().forEach(Runnable::run);
        watching.close();
        if (guarding.stop()) {
            heartbeat.goodbye();
        } else {
            LOG.warn("processes of this node may still run, so no goodbye is written; others will wait for silence");
            heartbeat.abandon();
        }
        database.close();
    }

    Membership membership() {
        return membership;
    }

    Database database() {
        return database;
    }

    ClusterRow cluster() {
        return cluster;
    }
}
