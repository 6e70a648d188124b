package org.serai.cluster.core.liveness;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.UUID;
import org.serai.cluster.spi.LeaseArea;

/**
 * What this node has seen in one slot of one lease area. Only reads that succeeded count, each from its start: silence is
 * the time between the end of the read that saw the last change and the start of the last read that saw none. Any change
 * of the bytes is a sign of life, also one that makes no whole record.
 */
final class Sighting {
    private final Timing timing;
    private byte[] content = new byte[0];
    private Optional<SlotRecord> record = Optional.empty();
    private Optional<UUID> previousIncarnation = Optional.empty();
    private long changes;
    private long changedNs;
    private long lastReadNs;

    Sighting(Timing timing) {
        this.timing = timing;
    }

    /**
     * Takes in what a read found.
     *
     * @param startNs when the read began
     * @param endNs when it had returned
     */
    synchronized void saw(UUID node, ByteBuffer slot, long startNs, long endNs) {
        // An observer that was away cannot tell whether the owner was away with it, so it begins to count again.
        var wasAway = content.length > 0 && (startNs - lastReadNs > timing.gapNs() || endNs - startNs > timing.gapNs());
        var changed = !slot.duplicate().clear().equals(ByteBuffer.wrap(content));
        if (changed) {
            var found = SlotRecord.decode(slot).filter(other -> other.node().equals(node));
            if (found.isPresent()) {
                record.map(SlotRecord::incarnation)
                        .filter(old -> !old.equals(found.get().incarnation()))
                        .ifPresent(old -> previousIncarnation = Optional.of(old));
                record = found;
            }
            content = content.length > 0 ? content : new byte[LeaseArea.SLOT_BYTES];
            slot.duplicate().clear().get(content);
            changes++;
        }
        if (changed || wasAway) {
            changedNs = endNs;
        }
        lastReadNs = startNs;
    }

    /** The last whole record of the node. */
    synchronized Optional<SlotRecord> record() {
        return record;
    }

    /** The incarnation that this node saw in the slot before the present one. */
    synchronized Optional<UUID> previousIncarnation() {
        return previousIncarnation;
    }

    /** How often the slot has changed under this node's eyes, the first sight included. */
    synchronized long changes() {
        return changes;
    }

    /** When the last change was seen. */
    synchronized long changedNs() {
        return changedNs;
    }

    /** For how long the slot is known not to have changed. */
    synchronized long silentNs() {
        return Math.max(0, lastReadNs - changedNs);
    }
}
