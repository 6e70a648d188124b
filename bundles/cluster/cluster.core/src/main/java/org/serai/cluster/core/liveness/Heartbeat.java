package org.serai.cluster.core.liveness;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.serai.cluster.ClusterError;
import org.serai.cluster.DeathProof;
import org.serai.cluster.Liveness;
import org.serai.cluster.core.time.Rounds;
import org.serai.cluster.spi.LeaseArea;
import org.serai.ffdc.SeraiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Renews this node's lease in every attached pool and watches the other nodes there, each on a thread of its own. */
public final class Heartbeat implements Liveness {
    private static final Logger LOG = LoggerFactory.getLogger(Heartbeat.class);

    private final Peer self;
    private final UUID incarnation;
    private final Timing timing;
    private final LongSupplier nanoClock;
    private final Rounds rounds;
    private final Lease lease;
    private final Supplier<List<Peer>> peers;
    private final Function<UUID, Optional<UUID>> registered;
    private final Evidence evidence;
    private final BooleanSupplier databaseReachable;
    private final Map<UUID, Beating> areas = new ConcurrentHashMap<>();

    /**
     * Makes a heartbeat without any area.
     *
     * @param peers all registered nodes, from the local view
     * @param registered a node's incarnation as the database has it now; empty if that is not known
     * @param evidence what shows the end of an incarnation besides the lease areas
     * @param databaseReachable whether this node reaches the database, which its heartbeats tell
     */
    public Heartbeat(
            Peer self,
            UUID incarnation,
            Timing timing,
            LongSupplier nanoClock,
            Rounds rounds,
            Lease lease,
            Supplier<List<Peer>> peers,
            Function<UUID, Optional<UUID>> registered,
            Evidence evidence,
            BooleanSupplier databaseReachable) {
        this.self = self;
        this.incarnation = incarnation;
        this.timing = timing;
        this.nanoClock = nanoClock;
        this.rounds = rounds;
        this.lease = lease;
        this.peers = peers;
        this.registered = registered;
        this.evidence = evidence;
        this.databaseReachable = databaseReachable;
    }

    @Override
    public void attach(LeaseArea area) {
        if (self.slot() >= area.slots()) {
            throw ClusterError.FENCED.error(
                    "Pool " + area.pool() + " cannot be attached",
                    "its lease area has " + area.slots() + " slots and this node has slot " + self.slot(),
                    "use a pool whose lease area has a slot for each node");
        }
        var attached = new AttachedArea(
                area, self.id(), incarnation, self.slot(), timing, nanoClock, rounds, lease, peers, databaseReachable);
        var beating = new Beating(attached);
        if (areas.putIfAbsent(area.pool(), beating) != null) {
            return;
        }
        try {
            attached.begin();
            attached.renew();
            attached.observe();
        } catch (IOException | RuntimeException failed) {
            end(area.pool(), SlotRecord.Flag.DETACHED);
            throw ClusterError.FENCED.error(
                    "Pool " + area.pool() + " cannot be attached",
                    "its lease area cannot be renewed: " + failed.getMessage(),
                    "look at the pool's PVs and attach it again",
                    failed);
        }
        beating.renewing = rounds.every("heartbeat " + area.pool(), timing.renewalMs(), beating::renew);
        beating.watching = rounds.every("watch " + area.pool(), timing.lookMs(), beating::watch);
    }

    @Override
    public void detach(LeaseArea area) {
        end(area.pool(), SlotRecord.Flag.DETACHED);
    }

    /** Writes the goodbye of this incarnation into every area that is still attached. Nothing of the node may run any more. */
    public void goodbye() {
        areas.keySet().forEach(pool -> end(pool, SlotRecord.Flag.GOODBYE));
    }

    /** Stops renewing without a word: others must see silence. */
    public void abandon() {
        areas.values().forEach(beating -> {
            beating.close();
            beating.area.abandon();
        });
        areas.clear();
    }

    private void end(UUID pool, SlotRecord.Flag flag) {
        var beating = areas.remove(pool);
        if (beating == null) {
            return;
        }
        beating.close();
        try {
            beating.area.end(flag);
        } catch (IOException failed) {
            LOG.warn("no {} could be written into pool {}; others see a silence: {}", flag, pool, failed.toString());
        }
    }

    @Override
    public Seen seen(UUID node) {
        if (node.equals(self.id())) {
            return new Seen(State.ALIVE, 0);
        }
        List<Sighting> sightings = new ArrayList<>(areas.size());
        var silentNs = Long.MAX_VALUE;
        for (var beating : areas.values()) {
            var sighting = beating.area.sightings().get(node);
            if (sighting != null && sighting.record().isPresent()) {
                sightings.add(sighting);
                silentNs = Math.min(silentNs, sighting.silentNs());
            }
        }
        if (sightings.isEmpty()) {
            return new Seen(State.UNKNOWN, 0);
        }
        return new Seen(
                state(sightings, silentNs), TimeUnit.NANOSECONDS.toMillis(silentNs), saysItLostTheDatabase(sightings));
    }

    /** All that it has written of late say so: a pool where nothing new of it is seen shows what it said once. */
    private boolean saysItLostTheDatabase(List<Sighting> sightings) {
        var now = nanoClock.getAsLong();
        var ofLate = sightings.stream()
                .filter(sighting -> now - sighting.changedNs() <= suspectNs())
                .toList();
        return !ofLate.isEmpty()
                && ofLate.stream().allMatch(sighting -> says(sighting, SlotRecord.Flag.RENEWED_WITHOUT_DATABASE));
    }

    private long suspectNs() {
        return TimeUnit.MILLISECONDS.toNanos(2 * timing.renewalMs());
    }

    private State state(List<Sighting> sightings, long silentNs) {
        if (sightings.stream().anyMatch(sighting -> says(sighting, SlotRecord.Flag.GOODBYE))) {
            return State.STOPPED;
        }
        if (sightings.stream().allMatch(sighting -> says(sighting, SlotRecord.Flag.DETACHED))) {
            return State.UNKNOWN;
        }
        if (silentNs >= timing.silenceNs()) {
            return State.DEAD;
        }
        return silentNs > suspectNs() ? State.SUSPECT : State.ALIVE;
    }

    private static boolean says(Sighting sighting, SlotRecord.Flag flag) {
        return sighting.record().filter(record -> record.flag() == flag).isPresent();
    }

    /** Lets every attached pool whose storage can refuse the incarnation that is proven dead. */
    public void fenceOnStorage(DeathProof proof) {
        for (var area : attached()) {
            var fence = area.fence();
            try {
                if (fence.isPresent()) {
                    fence.get().fence(proof.node(), proof.incarnation());
                }
            } catch (IOException failed) {
                throw ClusterError.NO_PROOF.error(
                        "Node " + proof.node() + " could not be fenced by the storage of pool " + area.pool(),
                        String.valueOf(failed.getMessage()),
                        "look at the pool's PVs and try again",
                        failed);
            }
        }
    }

    /** The pools that are attached and do not answer now, and what is wrong with them. */
    public Map<UUID, String> failing() {
        Map<UUID, String> failing = new TreeMap<>();
        areas.forEach((pool, beating) -> beating.trouble().ifPresent(what -> failing.put(pool, what)));
        return failing;
    }

    /** The question of {@link #prove}, to be asked step by step. */
    Inquest inquest(UUID node, UUID of) {
        return new Inquest(node, of, timing, this::attached, registered, evidence);
    }

    @Override
    public DeathProof prove(UUID node, UUID of, Consumer<String> progress) {
        if (node.equals(self.id()) && of.equals(incarnation)) {
            throw alive(node, "it is this node itself");
        }
        var inquest = inquest(node, of);
        var startNs = nanoClock.getAsLong();
        var limitNs = 6 * timing.silenceNs();
        var said = "";
        for (var told = Long.MIN_VALUE; ; rounds.pause(Math.max(1, timing.lookMs() / 2))) {
            var waitedMs = TimeUnit.NANOSECONDS.toMillis(nanoClock.getAsLong() - startNs);
            switch (inquest.verdictByForce()) {
                case Verdict.Over over -> {
                    LOG.info("node {} incarnation {} is over: {}: {}", node, of, over.kind(), over.explanation());
                    return new DeathProof(node, of, over.kind(), waitedMs, over.explanation());
                }
                case Verdict.Alive alive -> throw alive(node, alive.sign());
                case Verdict.Nothing() -> throw noProof(node, "no attached pool shows a heartbeat of that incarnation");
                case Verdict.Waiting waiting -> {
                    if (nanoClock.getAsLong() - startNs > limitNs) {
                        throw noProof(node, "this node could not watch its slot without gaps: " + waiting.what());
                    }
                    // Between two looks at the slot there is nothing new to be said.
                    if (waitedMs / 1000 > told && !waiting.what().equals(said)) {
                        told = waitedMs / 1000;
                        said = waiting.what();
                        progress.accept(said);
                    }
                }
            }
        }
    }

    private static SeraiException alive(UUID node, String sign) {
        return ClusterError.ALIVE.error("Node " + node + " is alive", sign, "stop it, or let it release what it holds");
    }

    private static SeraiException noProof(UUID node, String cause) {
        return ClusterError.NO_PROOF.error(
                "It cannot be proven that node " + node + " is dead",
                cause,
                "attach a pool that both nodes share, or start that node again: its new incarnation proves that the old one"
                        + " is over");
    }

    private Collection<AttachedArea> attached() {
        return areas.values().stream().map(beating -> beating.area).toList();
    }

    /** An area with its threads. */
    private static final class Beating {
        private final AttachedArea area;
        private final Trouble renewalTrouble = new Trouble();
        private final Trouble watchTrouble = new Trouble();
        private volatile Rounds.Round renewing = () -> {};
        private volatile Rounds.Round watching = () -> {};
        private long round;

        Beating(AttachedArea area) {
            this.area = area;
        }

        void renew() {
            renewalTrouble.attempt("pool " + area.pool() + ": heartbeat", area::renew);
        }

        void watch() {
            watchTrouble.attempt("pool " + area.pool() + ": look at the other nodes", () -> area.observe(round++));
        }

        Optional<String> trouble() {
            return renewalTrouble.now.or(() -> watchTrouble.now);
        }

        void close() {
            renewing.close();
            watching.close();
        }
    }

    /** What is wrong now, told when it begins and when it is over. */
    private static final class Trouble {
        private volatile Optional<String> now = Optional.empty();

        private interface Attempt {
            void make() throws IOException;
        }

        void attempt(String what, Attempt attempt) {
            try {
                attempt.make();
                if (now.isPresent()) {
                    LOG.info("{} works again", what);
                }
                now = Optional.empty();
            } catch (IOException failed) {
                if (now.isEmpty()) {
                    LOG.warn("{} failed: {}", what, failed.toString());
                }
                now = Optional.of(failed.toString());
            }
        }
    }
}
