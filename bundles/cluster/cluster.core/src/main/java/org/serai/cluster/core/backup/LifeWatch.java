package org.serai.cluster.core.backup;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.serai.cluster.core.liveness.SlotRecord;
import org.serai.cluster.core.liveness.Timing;
import org.serai.cluster.spi.LeaseArea;

/**
 * Watches every slot of lease areas for as long as a dead node's lease may last. Any change is life, whoever it is of:
 * the backup need not know every node that there was.
 */
final class LifeWatch {
    private final Timing timing;
    private final LongSupplier nanoClock;
    private final LongConsumer pauseMillis;
    private final Map<Place, ByteBuffer> seen = new HashMap<>();
    private final List<Place> changed = new ArrayList<>();

    LifeWatch(Timing timing, LongSupplier nanoClock, LongConsumer pauseMillis) {
        this.timing = timing;
        this.nanoClock = nanoClock;
        this.pauseMillis = pauseMillis;
    }

    private record Place(UUID pool, int slot) {}

    /**
     * What was seen of a node.
     *
     * @param incarnation that of the record
     * @param goodbye whether it said goodbye
     * @param alive whether its record changed
     */
    record Sign(UUID node, UUID incarnation, boolean goodbye, boolean alive) {}

    /** What was seen of the nodes, a sign for each slot that holds a record. */
    List<Sign> watch(List<LeaseArea> areas, Consumer<String> progress) throws IOException {
        long begun = nanoClock.getAsLong();
        look(areas);
        if (seen.values().stream().anyMatch(LifeWatch::mayLive)) {
            long needMs = timing.leaseMs() + timing.marginMs();
            for (long ms = 0; ms < needMs && changed.isEmpty(); ms = ms(begun)) {
                progress.accept("watching for nodes that live: " + ms / 1000 + " of " + needMs / 1000 + " s");
                pauseMillis.accept(Math.min(timing.renewalMs(), needMs - ms));
                look(areas);
            }
        }
        List<Sign> signs = new ArrayList<>();
        seen.forEach((place, slot) -> sign(slot, changed.contains(place))
                .or(() -> changed.contains(place) ? Optional.of(stranger()) : Optional.empty())
                .ifPresent(signs::add));
        return signs;
    }

    private long ms(long begun) {
        return TimeUnit.NANOSECONDS.toMillis(nanoClock.getAsLong() - begun);
    }

    private void look(List<LeaseArea> areas) throws IOException {
        for (LeaseArea area : areas) {
            for (int slot = 0; slot < area.slots(); slot++) {
                ByteBuffer now = ByteBuffer.allocate(LeaseArea.SLOT_BYTES);
                area.read(slot, now);
                Place place = new Place(area.pool(), slot);
                ByteBuffer before = seen.put(place, now.flip());
                if (before != null && !before.equals(now)) {
                    changed.add(place);
                }
            }
        }
    }

    private static boolean mayLive(ByteBuffer slot) {
        return sign(slot, false).map(sign -> !sign.goodbye()).orElseGet(() -> isWritten(slot));
    }

    private static boolean isWritten(ByteBuffer slot) {
        return !slot.equals(ByteBuffer.allocate(slot.remaining()));
    }

    private static Optional<Sign> sign(ByteBuffer slot, boolean alive) {
        return SlotRecord.decode(slot)
                .map(record -> new Sign(
                        record.node(),
                        record.incarnation(),
                        record.flag() == SlotRecord.Flag.GOODBYE && !alive,
                        alive));
    }

    /** Whoever writes what is no record. */
    private static Sign stranger() {
        return new Sign(new UUID(0, 0), new UUID(0, 0), false, true);
    }
}
