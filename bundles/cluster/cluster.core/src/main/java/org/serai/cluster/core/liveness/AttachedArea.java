package org.serai.cluster.core.liveness;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.serai.cluster.core.time.Rounds;
import org.serai.cluster.spi.LeaseArea;
import org.serai.cluster.spi.StorageFence;

/** One lease area that this node renews and watches, each by rounds of its own: a renewal does not wait for what is read. */
final class AttachedArea {
    private static final long END_LOOK_MS = 5;
    /** The slots of a cluster lie one after the other; so many are read with one request. */
    private static final int SLOTS_AT_ONCE = 64;

    private final LeaseArea area;
    private final UUID node;
    private final UUID incarnation;
    private final int slot;
    private final Timing timing;
    private final LongSupplier nanoClock;
    private final Rounds rounds;
    private final Lease lease;
    private final Supplier<List<Peer>> peers;
    private final BooleanSupplier databaseReachable;
    private final Map<UUID, Sighting> sightings = new ConcurrentHashMap<>();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(SLOTS_AT_ONCE * LeaseArea.SLOT_BYTES);
    private final ReentrantLock writing = new ReentrantLock();
    private volatile boolean ended;
    private volatile long looks;
    private long sequence;

    AttachedArea(
            LeaseArea area,
            UUID node,
            UUID incarnation,
            int slot,
            Timing timing,
            LongSupplier nanoClock,
            Rounds rounds,
            Lease lease,
            Supplier<List<Peer>> peers,
            BooleanSupplier databaseReachable) {
        this.area = area;
        this.node = node;
        this.incarnation = incarnation;
        this.slot = slot;
        this.timing = timing;
        this.nanoClock = nanoClock;
        this.rounds = rounds;
        this.lease = lease;
        this.peers = peers;
        this.databaseReachable = databaseReachable;
    }

    UUID pool() {
        return area.pool();
    }

    /** How this pool's storage refuses a node, if it can. */
    Optional<StorageFence> fence() {
        return area.fence();
    }

    /** What was seen of a node here. */
    Map<UUID, Sighting> sightings() {
        return sightings;
    }

    /** How often all slots have been looked at. */
    long looks() {
        return looks;
    }

    /**
     * Takes the slot, and only then lets the lease count on this pool. The record says that the pool is not used: should its
     * answer not come, the node serves on without the pool, and a record that stands still must be no silence to others.
     */
    void begin() throws IOException {
        writing.lock();
        try {
            checkOwnSlot();
            write(SlotRecord.Flag.DETACHED);
            lease.attached(area.pool(), nanoClock.getAsLong());
        } finally {
            writing.unlock();
        }
    }

    /** Renews this node's lease here. */
    void renew() throws IOException {
        writing.lock();
        try {
            var startNs = nanoClock.getAsLong();
            if (ended) {
                return;
            }
            checkOwnSlot();
            write(
                    databaseReachable.getAsBoolean()
                            ? SlotRecord.Flag.RENEWED
                            : SlotRecord.Flag.RENEWED_WITHOUT_DATABASE);
            if (!ended) {
                lease.renewed(area.pool(), startNs);
            }
        } finally {
            writing.unlock();
        }
    }

    /** Looks at the slots of all other nodes. A slot that cannot be read is no evidence of anything. */
    void observe() throws IOException {
        observe(0);
    }

    /**
     * As {@link #observe()}, if it is the turn of this round.
     *
     * @param round counts from 0, {@link Timing#LOOKS} in a renewal
     */
    void observe(long round) throws IOException {
        var requests = requests();
        if (round % timing.roundsBetweenLooks(requests.size()) == 0) {
            for (var near : requests) {
                look(near);
            }
            looks++;
        }
    }

    /** The other nodes, those together whose slots are read with one request. */
    private List<List<Peer>> requests() {
        var others = peers.get().stream()
                .filter(peer -> !peer.id().equals(node) && peer.slot() < area.slots())
                .sorted(Comparator.comparingInt(Peer::slot))
                .toList();
        List<List<Peer>> requests = new ArrayList<>();
        for (int from = 0, to = 0; from < others.size(); from = to) {
            var first = others.get(from).slot();
            while (to < others.size() && others.get(to).slot() - first < SLOTS_AT_ONCE) {
                to++;
            }
            requests.add(others.subList(from, to));
        }
        return requests;
    }

    /** One request for all of these. */
    private void look(List<Peer> near) throws IOException {
        var first = near.getFirst().slot();
        var count = near.getLast().slot() - first + 1;
        var startNs = nanoClock.getAsLong();
        area.read(first, count, buffer.clear().limit(count * LeaseArea.SLOT_BYTES));
        var endNs = nanoClock.getAsLong();
        for (var peer : near) {
            var slot = buffer.slice((peer.slot() - first) * LeaseArea.SLOT_BYTES, LeaseArea.SLOT_BYTES);
            sightings.computeIfAbsent(peer.id(), id -> new Sighting(timing)).saw(peer.id(), slot, startNs, endNs);
        }
    }

    /**
     * Writes the last record of this incarnation here and renews no more; a write under way is waited for, but not for ever.
     * Until the record is written the lease counts on this pool: what others see here is a silence.
     */
    void end(SlotRecord.Flag flag) throws IOException {
        ended = true;
        var startNs = nanoClock.getAsLong();
        while (!writing.tryLock()) {
            if (nanoClock.getAsLong() - startNs > timing.leaseNs()) {
                throw new IOException("pool " + area.pool() + " has not answered for " + timing.leaseMs() + " ms");
            }
            rounds.pause(END_LOOK_MS);
        }
        try {
            if (sequence > 0) {
                write(flag);
            }
            lease.detached(area.pool());
        } finally {
            writing.unlock();
        }
    }

    /** Renews no more and writes nothing: what the slot says stays, and others will see silence. */
    void abandon() {
        ended = true;
        lease.detached(area.pool());
    }

    private void write(SlotRecord.Flag flag) throws IOException {
        area.write(slot, new SlotRecord(node, incarnation, ++sequence, flag).encode());
    }

    /** A slot in which another process writes as this node shows that the instance was copied or restarted. */
    private void checkOwnSlot() throws IOException {
        var own = ByteBuffer.allocateDirect(LeaseArea.SLOT_BYTES);
        area.read(slot, own);
        var found = SlotRecord.decode(own);
        if (sequence > 0 && found.isPresent() && !found.get().incarnation().equals(incarnation)) {
            throw new IOException("slot " + slot + " of pool " + area.pool() + " is written by node "
                    + found.get().node() + " in incarnation " + found.get().incarnation());
        }
    }
}
