package org.serai.storage.simulated;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.serai.storage.OpenLu;
import org.serai.storage.Progress;
import org.serai.storage.StorageError;
import org.serai.storage.spi.LuUsage;
import org.serai.storage.spi.Snapshots.SnapshotUsage;

/** What the pool holds of an LU: what it shows, and its snapshots. Used with the medium's monitor held. */
final class Image {
    final Medium medium;
    final UUID lu;
    final boolean thick;
    final boolean clone;

    /** The highest epoch that opened it; everything under a lower one is refused. */
    long epoch;

    /** The incarnation that opened it last. */
    Optional<UUID> holder = Optional.empty();

    /** The PVs that new space may come from; empty for all. */
    Set<UUID> pvs = Set.of();

    /** Others may read it: what is given back is kept until the next open. */
    boolean shared;

    private Content top;
    private final Map<UUID, Content> snapshots = new LinkedHashMap<>();
    /** Snapshots that are dropped, but clones need them. */
    private final Map<UUID, Content> hidden = new LinkedHashMap<>();
    /** Given back, but not yet durably so, or not yet to be used again. */
    private final List<Extent> pending = new ArrayList<>();
    /** What each block was at the last flush, of those that were changed since. A crash may bring any of it back. */
    private final Map<Long, byte[]> before = new TreeMap<>();
    /** Extents that were discarded since the last flush: a crash may bring them back, so their space is kept. */
    private final Map<Long, Extent> discarded = new TreeMap<>();

    Image(Medium medium, UUID lu, Content top, boolean thick, boolean clone, long epoch) {
        this.medium = medium;
        this.lu = lu;
        this.top = top;
        this.thick = thick;
        this.clone = clone;
        this.epoch = epoch;
    }

    Content top() {
        return top;
    }

    Optional<Content> snapshot(UUID snapshot) {
        return Optional.ofNullable(snapshots.get(snapshot));
    }

    Content requireSnapshot(UUID snapshot) {
        return snapshot(snapshot)
                .orElseThrow(() -> StorageError.NO_SUCH_SNAPSHOT.error(
                        "LU " + lu + " has no snapshot " + snapshot,
                        "it was dropped or never made",
                        "look at the LU's snapshots"));
    }

    /** How much of what it shows went with PVs that are gone. */
    long bytesOn(Predicate<SimulatedPv> gone) {
        return top.bytesOn(gone);
    }

    /** The snapshots that lose anything with PVs that are gone. */
    List<UUID> snapshotsOn(Predicate<SimulatedPv> gone) {
        return snapshots.entrySet().stream()
                .filter(each -> each.getValue().bytesOn(gone) > 0)
                .map(Map.Entry::getKey)
                .toList();
    }

    /** All states that the LU keeps. */
    Stream<Content> contents() {
        return Stream.of(Stream.of(top), snapshots.values().stream(), hidden.values().stream())
                .flatMap(each -> each);
    }

    List<Extent> pending() {
        return pending;
    }

    Collection<Extent> discarded() {
        return discarded.values();
    }

    /** Gives a new LU all its space, or leaves nothing. */
    void fill() {
        medium.requireRoom(Math.ceilDiv(top.sizeBytes, medium.extentBytes) - top.extents.size(), pvs);
        for (long extent = 0; extent * medium.extentBytes < top.sizeBytes; extent++) {
            if (top.at(extent).isEmpty()) {
                replace(extent, medium.allocate(lu, pvs));
            }
        }
    }

    void write(long offset, ByteBuffer from) {
        for (long at = offset; from.hasRemaining(); ) {
            int within = (int) (at % medium.extentBytes);
            int n = (int) Math.min(medium.extentBytes - within, from.remaining());
            Extent mine = own(at / medium.extentBytes, isWhole(at, n));
            remember(at, n);
            mine.write(within, from, n);
            at += n;
        }
    }

    /** Makes a part read as zero; extents that it covers wholly go, if they may and the LU is thin. */
    void zero(long offset, long length, boolean giveBack) {
        long end = offset + length;
        for (Long extent : List.copyOf(top.extents
                .subMap(offset / medium.extentBytes, Math.ceilDiv(end, medium.extentBytes))
                .keySet())) {
            long from = Math.max(offset, extent * medium.extentBytes);
            int n = (int) (Math.min(end, (extent + 1) * medium.extentBytes) - from);
            // What lies behind the LU's end is zero anyway.
            boolean whole = isWhole(from, n);
            if (whole && giveBack && !thick) {
                Optional.ofNullable(discarded.putIfAbsent(extent, top.at(extent).orElseThrow()))
                        .ifPresent(_ -> drop(top.at(extent).orElseThrow()));
                top.extents.remove(extent);
            } else {
                Extent mine = own(extent, whole);
                remember(from, n);
                mine.zero((int) (from % medium.extentBytes), n);
            }
        }
    }

    private boolean isWhole(long offset, int length) {
        return length == medium.extentBytes || offset % medium.extentBytes == 0 && offset + length == top.sizeBytes;
    }

    /** The extent, to be changed: given now if there is none or a lost one, copied now if something else shows it too. */
    private Extent own(long extent, boolean whole) {
        Optional<Extent> shown = top.at(extent);
        Optional<Extent> known = shown.filter(found -> !whole || !found.pv.lost);
        if (known.filter(this::isOwn).isPresent()) {
            return known.get();
        }
        Extent fresh = medium.allocate(lu, pvs);
        boolean done = false;
        try {
            known.ifPresent(fresh::copy);
            done = true;
        } finally {
            if (!done) {
                medium.free(fresh);
            }
        }
        replace(extent, fresh);
        return fresh;
    }

    /** Whether nothing else shows it, so that it may be changed. */
    private boolean isOwn(Extent extent) {
        return extent.shown == 1 && extent.owner.equals(lu);
    }

    private void replace(long extent, Extent fresh) {
        fresh.shown++;
        Optional.ofNullable(top.extents.put(extent, fresh)).ifPresent(this::drop);
    }

    private void drop(Extent extent) {
        extent.shown--;
        if (extent.shown == 0) {
            pending.add(extent);
        }
    }

    private void remember(long offset, int length) {
        for (long at = offset; at < offset + length; at += OpenLu.BLOCK_BYTES) {
            int within = (int) (at % medium.extentBytes);
            Optional<Extent> extent = top.at(at / medium.extentBytes);
            before.computeIfAbsent(
                    at,
                    _ -> extent.map(found -> found.raw(within, OpenLu.BLOCK_BYTES))
                            .orElseGet(() -> new byte[OpenLu.BLOCK_BYTES]));
        }
    }

    /** What was changed is durable now, and what was given back can be used again unless others may be reading. */
    void flush() {
        before.clear();
        discarded.values().forEach(this::drop);
        discarded.clear();
        if (!shared) {
            freePending();
        }
    }

    void freePending() {
        pending.forEach(medium::free);
        pending.clear();
    }

    /** The node is gone: of each change that was not flushed somebody decides whether it is lost. */
    void lose(BooleanSupplier lost) {
        for (Long extent : List.copyOf(discarded.keySet())) {
            if (top.at(extent).isEmpty() && lost.getAsBoolean()) {
                top.extents.put(extent, discarded.remove(extent));
            }
        }
        before.forEach((offset, bytes) -> {
            Optional<Extent> extent = top.at(offset / medium.extentBytes).filter(this::isOwn);
            // Where there is none it was discarded after it was changed; where another state shows it too, the discard
            // before the change was lost just now, and what was changed since was elsewhere.
            if (extent.isPresent() && lost.getAsBoolean()) {
                extent.get().putRaw((int) (offset % medium.extentBytes), bytes);
            }
        });
        flush();
    }

    void resize(long sizeBytes) {
        flush();
        long old = top.sizeBytes;
        if (sizeBytes < old) {
            cut(sizeBytes);
        }
        top.sizeBytes = sizeBytes;
        if (thick && sizeBytes > old) {
            boolean done = false;
            try {
                fill();
                done = true;
            } finally {
                top.sizeBytes = done ? sizeBytes : old;
            }
        }
        flush();
    }

    private void cut(long end) {
        long within = end % medium.extentBytes;
        // Of what is lost nothing shows but that it is lost.
        if (within > 0
                && top.at(end / medium.extentBytes)
                        .filter(last -> !last.pv.lost)
                        .isPresent()) {
            own(end / medium.extentBytes, false).zero((int) within, (int) (medium.extentBytes - within));
        }
        Map<Long, Extent> behind = top.extents.tailMap(Math.ceilDiv(end, medium.extentBytes));
        behind.values().forEach(this::drop);
        behind.clear();
    }

    void takeSnapshot(UUID snapshot) {
        flush();
        snapshots.computeIfAbsent(snapshot, _ -> top.copy());
    }

    /** Drops a snapshot, and those dropped earlier that no clone needs any more. */
    void dropSnapshot(UUID snapshot, Set<UUID> needed) {
        Optional.ofNullable(snapshots.remove(snapshot)).ifPresent(found -> hidden.put(snapshot, found));
        for (UUID dropped : List.copyOf(hidden.keySet())) {
            if (!needed.contains(dropped)) {
                hidden.remove(dropped).extents.values().forEach(this::drop);
            }
        }
        flush();
    }

    void rollback(UUID snapshot) {
        Content now = requireSnapshot(snapshot).copy();
        flush();
        top.extents.values().forEach(this::drop);
        top = now;
        flush();
    }

    /** Gives each extent that is not on those PVs a new place; of the whole LU, what clones show of it included. */
    void place(Set<UUID> wanted, Set<UUID> needed, Progress progress) {
        if (Stream.of(snapshots, hidden)
                .flatMap(each -> each.entrySet().stream())
                .filter(each -> needed.contains(each.getKey()))
                .flatMap(each -> each.getValue().extents.values().stream())
                .anyMatch(extent -> isElsewhere(extent, wanted))) {
            throw StorageError.SNAPSHOT_IN_USE.error(
                    "LU " + lu + " cannot move",
                    "clones of its snapshots are in use on other nodes and read what would have to move",
                    "stop these, or flatten them, then move it");
        }
        flush();
        pvs = wanted;
        Set<Extent> all = space();
        long total = all.size() * medium.extentBytes;
        long done = 0;
        for (Extent extent : all) {
            if (!progress.at(done, total)) {
                throw StorageError.CANCELLED.error(
                        "Moving LU " + lu + " was cancelled", "somebody cancelled it", "repeat it to move the rest");
            }
            if (isElsewhere(extent, wanted)) {
                medium.move(extent, wanted);
            }
            done += medium.extentBytes;
        }
        progress.at(total, total);
    }

    private boolean isElsewhere(Extent extent, Set<UUID> wanted) {
        return extent.owner.equals(lu) && (extent.pv.drained || !wanted.isEmpty() && !wanted.contains(extent.pv.pv));
    }

    /** Copies what belongs to the origin; states that shared an extent before share its copy. */
    void flatten(Progress progress) {
        flush();
        Set<Extent> foreign = new LinkedHashSet<>();
        contents()
                .forEach(content -> content.extents.values().stream()
                        .filter(extent -> !extent.owner.equals(lu))
                        .forEach(foreign::add));
        long done = 0;
        for (Extent extent : foreign) {
            if (!progress.at(done, foreign.size() * medium.extentBytes)) {
                throw StorageError.CANCELLED.error(
                        "Flattening LU " + lu + " was cancelled", "somebody cancelled it", "repeat it to go on");
            }
            Extent fresh = medium.allocate(lu, pvs);
            fresh.copy(extent);
            contents()
                    .forEach(content -> content.extents.replaceAll((_, found) -> {
                        if (found != extent) {
                            return found;
                        }
                        extent.shown--;
                        fresh.shown++;
                        return fresh;
                    }));
            done += medium.extentBytes;
        }
        progress.at(done, done);
        flush();
    }

    /** The extents that this LU's states show and that are its own space. */
    private Set<Extent> space() {
        Set<Extent> own = new LinkedHashSet<>();
        contents()
                .forEach(content -> content.extents.values().stream()
                        .filter(extent -> extent.owner.equals(lu))
                        .forEach(own::add));
        return own;
    }

    /** Gives everything back. */
    void delete() {
        flush();
        contents().forEach(content -> content.extents.values().forEach(this::drop));
        freePending();
    }

    LuUsage usage() {
        Map<Extent, Integer> here = new LinkedHashMap<>();
        contents().forEach(content -> content.extents.values().forEach(extent -> here.merge(extent, 1, Integer::sum)));
        List<Extent> mine = here.entrySet().stream()
                .filter(each -> each.getValue() == each.getKey().shown)
                .map(Map.Entry::getKey)
                .toList();
        Set<Extent> shown = Set.copyOf(top.extents.values());
        long inSnapshots =
                mine.stream().filter(extent -> !shown.contains(extent)).count();
        return new LuUsage(
                top.sizeBytes, top.usedBytes(), mine.size() * medium.extentBytes, inSnapshots * medium.extentBytes);
    }

    List<SnapshotUsage> snapshotUsages() {
        return snapshots.entrySet().stream()
                .map(each -> new SnapshotUsage(
                        each.getKey(),
                        each.getValue().sizeBytes,
                        medium.extentBytes
                                * each.getValue().extents.values().stream()
                                        .filter(extent -> extent.shown == 1)
                                        .count()))
                .toList();
    }
}
