package org.serai.cluster.core.member;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.serai.cluster.Clients;
import org.serai.cluster.Cluster.Self;
import org.serai.cluster.DeathProof;
import org.serai.cluster.Delegations;
import org.serai.cluster.Events;
import org.serai.cluster.Fence;
import org.serai.cluster.Fencing;
import org.serai.cluster.Journal;
import org.serai.cluster.Liveness;
import org.serai.cluster.Membership;
import org.serai.cluster.Neighbours;
import org.serai.cluster.Ownership;
import org.serai.cluster.Primary;
import org.serai.cluster.core.event.ClusterEvents;
import org.serai.cluster.core.event.EventLog;
import org.serai.cluster.core.event.NodeStatusRow;
import org.serai.cluster.core.liveness.Finding;
import org.serai.cluster.core.liveness.Guarding;
import org.serai.cluster.core.liveness.Heartbeat;
import org.serai.cluster.core.liveness.Inquiries;
import org.serai.cluster.core.liveness.Peer;
import org.serai.cluster.core.member.ClusterNode.Surroundings;
import org.serai.cluster.core.ownership.Acting;
import org.serai.cluster.core.ownership.DatabaseClients;
import org.serai.cluster.core.ownership.DatabaseDelegations;
import org.serai.cluster.core.ownership.DatabaseJournal;
import org.serai.cluster.core.ownership.DatabaseOwnership;
import org.serai.cluster.core.ownership.PatientOwnership;
import org.serai.cluster.core.primary.Election;
import org.serai.cluster.core.primary.NodeWatch;
import org.serai.cluster.core.time.Rounds;
import org.serai.database.Database;
import org.serai.database.Transaction;
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
    private final Ownership patient;
    private final UUID self;
    private final UUID incarnation;
    private final DatabaseEvidence evidence;
    private final ClusterEvents events;
    private final Fence.Registration serving;
    private final Election election;
    private final NodeWatch watch;
    private final Fencing fencing;
    private final Rounds.Round watchRound;
    private final View<NodeEndRow> ends;
    private final View<NodeRow> nodes;
    private final Journal journal;
    private final Clients clients;
    private final Delegations delegations;
    private final Database.Registration watching;
    private final Database.Registration lookingBack;
    private final List<Runnable> offered = new ArrayList<>();
    private volatile boolean leaving;

    Session(
            Database database,
            Guarding guarding,
            ClusterRow cluster,
            Self self,
            EventLog eventLog,
            Surroundings surroundings) {
        var rounds = surroundings.rounds();
        this.database = database;
        this.guarding = guarding;
        this.cluster = cluster;
        this.membership = new RegisteredMembership(database, cluster, self.id());
        this.self = self.id();
        this.incarnation = self.incarnation();
        this.nodes = database.view(NodeRow.class);
        this.ends = database.view(NodeEndRow.class);
        this.evidence = new DatabaseEvidence(
                database, self.id(), surroundings.machine()::isKnownGone, surroundings.powerFence());
        this.heartbeat = new Heartbeat(
                new Peer(self.id(), membership.self().slot()),
                self.incarnation(),
                cluster.timing(),
                surroundings.nanoClock(),
                rounds,
                guarding.lease(),
                () -> nodes.all().stream()
                        .map(row -> new Peer(row.id(), row.slot()))
                        .toList(),
                this::registered,
                evidence,
                this::countsOnDatabase);
        var acting = new Acting(self.id(), self.incarnation(), this::nodeName);
        this.ownership = new DatabaseOwnership(database, guarding.gate(), acting);
        this.patient = new PatientOwnership(
                ownership, database, acting, rounds::pause, 2 * (cluster.leaseMs() + cluster.marginMs()));
        this.journal = new DatabaseJournal(database, acting, surroundings.random());
        this.clients = new DatabaseClients(database);
        this.delegations = new DatabaseDelegations(database, acting, surroundings.random());
        this.watching = database.onChange((revision, changes) -> surrenderIfOvertaken());
        this.lookingBack = database.onGoneBack(this::surrenderIfGrantedToAnother);
        this.events = new ClusterEvents(database, eventLog, rounds, surroundings.random());
        this.serving = guarding.gate()
                .onChange(new ServingAlerts(
                        events, self.id(), self.name(), () -> guarding.gate().reason()));
        this.fencing = new NodeFencing(database, membership, acting, heartbeat, evidence);
        var statuses = database.view(NodeStatusRow.class);
        Election.Proofs proofs = proofs(new Inquiries(heartbeat));
        this.election = new Election(
                ownership,
                guarding.gate(),
                self.id(),
                self.incarnation(),
                proofs,
                (transaction, grant) -> eventLog.elected(transaction, cluster.id(), cluster.name(), self.name()),
                () -> statuses.all().stream().map(NodeStatusRow::toStanding).toList(),
                () -> database.status().reachable(),
                node -> heartbeat.seen(node).state() == Liveness.State.ALIVE
                        && heartbeat.seen(node).databaseLost());
        this.watch = new NodeWatch(
                database,
                self.id(),
                election,
                heartbeat,
                proofs,
                heartbeat::failing,
                Math.toIntExact(cluster.leaseMs() / cluster.renewalMs()));
        this.watchRound = rounds.every("cluster watch", cluster.renewalMs(), () -> {
            election.tick();
            if (database.status().reachable()) {
                ownership.giveBackForgotten();
                watch.tick();
            }
        });
    }

    private String nodeName(UUID id) {
        return nodes.get(id).map(NodeRow::name).orElse(id.toString());
    }

    /** What heartbeats say. A primary node says that it has lost the database only when it is not the primary one any more. */
    private boolean countsOnDatabase() {
        return database.status().reachable() || election.isHolding();
    }

    private Election.Proofs proofs(Inquiries inquiries) {
        return (node, of) -> nodes.get(node).flatMap(row -> inquiries.look(node, of, row.incarnation()));
    }

    /** Does what makes this node leave, not as the primary one; goes on as before if that fails. */
    void leaving(Runnable work) {
        leaving = true;
        election.stepDown();
        try {
            work.run();
        } catch (RuntimeException refused) {
            leaving = false;
            election.standAgain();
            throw refused;
        }
    }

    /** A node that was taken for dead and is not must not go on: it ends, and comes back as a new incarnation. */
    private void surrenderIfOvertaken() {
        ownership
                .overtaken()
                .ifPresent(grant -> guarding.lease()
                        .surrender("another node took over " + grant.object() + ", which this one held under epoch "
                                + grant.epoch()));
        ends.get(incarnation)
                .ifPresent(row -> guarding.lease()
                        .surrender("the others hold this node for dead: " + row.proof() + ", " + row.explanation()));
        nodes.get(self)
                .filter(row -> !row.incarnation().equals(incarnation))
                .ifPresent(row ->
                        guarding.lease().surrender("the node was started again as incarnation " + row.incarnation()));
        if (!leaving && isRemoved()) {
            guarding.lease().surrender("the others have removed this node from the cluster, for they held it for dead");
        }
    }

    /** Where another node may have its slot by now. A database without any node is none that removed this one. */
    private boolean isRemoved() {
        var rows = nodes.all();
        return !rows.isEmpty() && nodes.get(self).isEmpty();
    }

    /** In a database that does not know what this node was granted, somebody else can be granted it. */
    private void surrenderIfGrantedToAnother(Transaction transaction) {
        ownership
                .grantedToAnother(transaction)
                .ifPresent(owner -> guarding.lease()
                        .surrender("the database has gone back to an earlier state, in which another node was granted "
                                + owner.object() + ", which this one holds"));
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
        offered.add(services.offer(Events.class, events));
        offered.add(services.offer(Fence.class, guarding.gate()));
        offered.add(services.offer(Liveness.class, new NamedLiveness(heartbeat, this::nodeName)));
        offered.add(services.offer(Ownership.class, patient));
        offered.add(services.offer(Primary.class, election));
        offered.add(services.offer(Fencing.class, fencing));
        offered.add(services.offer(Neighbours.class, new NodeNeighbours(database, membership)));
        offered.add(services.offer(Delegations.class, delegations));
        offered.add(services.offer(Clients.class, clients));
        offered.add(services.offer(Membership.class, membership));
        // Storage needs it, messages do not: I/O that goes through a neighbour can end before they do.
        offered.add(services.offer(Journal.class, journal));
    }

    /**
     * Takes the services back, upon which their users stop and release; then ends the watchdog with whatever it still
     * guards; then says goodbye, which is only true after that.
     */
    void close() {
        offered.reversed().forEach(Runnable::run);
        serving.close();
        watchRound.close();
        stepDown();
        events.close();
        watching.close();
        lookingBack.close();
        if (guarding.stop()) {
            heartbeat.goodbye();
            noteGoodbye();
        } else {
            LOG.warn("processes of this node may still run, so no goodbye is written; others will wait for silence");
            heartbeat.abandon();
        }
        database.close();
    }

    private void stepDown() {
        try {
            election.stepDown();
        } catch (SeraiException unreachable) {
            LOG.debug("another node is elected once this one is known to have stopped", unreachable);
        }
    }

    /** Also for nodes that share no pool with this one. */
    private void noteGoodbye() {
        if (!database.status().reachable() || nodes.get(self).isEmpty()) {
            return;
        }
        watch.stopped();
        try {
            evidence.write(
                    self, incarnation, new Finding(DeathProof.Kind.GOODBYE, "it was stopped in order, and wrote so"));
        } catch (SeraiException unreachable) {
            LOG.debug("the goodbye is in the pools only", unreachable);
        }
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
