package org.serai.storage.extent.pv;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.serai.ffdc.SeraiException;
import org.serai.storage.StorageError;
import org.serai.storage.extent.io.BlockFile;
import org.serai.storage.spi.PoolContext;
import org.serai.storage.spi.PoolLayout.PvLayout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The PVs of an open pool by their positions, which have gaps where PVs were removed. Which positions there are stands in
 * the superblock of the first PV; where their paths lead is asked of the platform.
 */
public final class PvSet {
    private static final Logger LOG = LoggerFactory.getLogger(PvSet.class);

    private final String pool;
    private final PoolContext context;
    private final Function<PvLayout, Pv> making;
    private final List<Pv> left = new ArrayList<>();
    private final Set<Integer> gone = ConcurrentHashMap.newKeySet();
    private volatile Pv[] byPosition = {};
    private final Pv first;

    /**
     * @param pvs those known now, the first one among them
     * @param making makes a PV that is not opened yet
     */
    public PvSet(String pool, List<Pv> pvs, PoolContext context, Function<PvLayout, Pv> making) {
        this.pool = pool;
        this.context = context;
        this.making = making;
        this.first = pvs.getFirst();
        pvs.forEach(this::add);
    }

    /** The PV at that position, which an address or a ledger names. Asks for it if it is not known yet. */
    public Pv at(int position) {
        boolean lost = isLost(position);
        Pv[] known = byPosition;
        Pv pv = position < known.length ? known[position] : null;
        if (pv == null) {
            throw lost ? lost(position) : unknown(position);
        }
        return pv;
    }

    /**
     * Whether no PV has that position any more, as far as this node knows. Nothing is left on a PV that was emptied and
     * removed: what still is said to be there went with one that was given up as lost.
     */
    public boolean isLost(int position) {
        if (has(position)) {
            return false;
        }
        if (gone.contains(position)) {
            return true;
        }
        // It may be that of a PV that another node has added.
        lookAtFirst();
        learn();
        if (isAnyLost() && !first().superblock().members().get(position)) {
            gone.add(position);
        }
        return gone.contains(position);
    }

    /** Whether any PV was given up as lost. */
    public boolean isAnyLost() {
        return first().superblock().lost() > 0;
    }

    /** Whether a PV at that position is known. */
    public boolean has(int position) {
        Pv[] known = byPosition;
        return position >= 0 && position < known.length && known[position] != null;
    }

    /** The PVs in the order of their positions. */
    public List<Pv> all() {
        return Arrays.stream(byPosition).filter(Objects::nonNull).toList();
    }

    /** The first PV, which holds the lease area and is never removed. */
    public Pv first() {
        return first;
    }

    /** The PV with an id, if it is in the pool. */
    public Optional<Pv> find(UUID pv) {
        return all().stream().filter(known -> known.id().equals(pv)).findFirst();
    }

    /** The PV of that id, which a caller named. */
    public Pv require(UUID pv) {
        return find(pv).orElseThrow(() -> StorageError.PV_WRONG.error(
                "PV " + pv + " is not in pool " + pool, "no PV of the pool has this id", "look at pv:list"));
    }

    /** Extents in the smallest allocation unit of the pool. */
    public int smallestUnitExtents() {
        return all().stream()
                .filter(Pv::isKnown)
                .map(pv -> pv.geometry().unitExtents())
                .min(Comparator.naturalOrder())
                .orElseThrow();
    }

    /** Whether the PVs known are those that the first one names. */
    public boolean isCurrent() {
        BitSet members = first().superblock().members();
        Pv[] known = byPosition;
        int count = 0;
        for (int position = 0; position < known.length; position++) {
            if (known[position] != null) {
                count++;
                if (!members.get(position)) {
                    return false;
                }
            }
        }
        return count == members.cardinality();
    }

    /** Takes in the PVs that joined, and lets go of those that left. */
    public synchronized void learn() {
        BitSet members = first().superblock().members();
        for (Pv pv : all()) {
            if (!members.get(pv.position())) {
                remove(pv);
            }
        }
        if (!isCurrent()) {
            for (PvLayout layout : context.pvs()) {
                if (members.get(layout.position()) && !has(layout.position())) {
                    join(making.apply(layout));
                }
            }
        }
    }

    private void lookAtFirst() {
        try {
            first().reload();
        } catch (IOException e) {
            throw Pv.failed("Looking for PVs of pool " + pool + " failed", e);
        }
    }

    private void join(Pv pv) {
        try {
            pv.file().open();
        } catch (IOException e) {
            LOG.warn("A PV of pool {} is away: {}", pool, e.getMessage());
        }
        add(pv);
    }

    /** Takes a PV in at its position. */
    public synchronized void add(Pv pv) {
        Pv[] grown = Arrays.copyOf(byPosition, Math.max(byPosition.length, pv.position() + 1));
        grown[pv.position()] = pv;
        byPosition = grown;
        pv.memberOf(this::requireMember);
    }

    /** What was given up while this node did not look must not be written to when it comes back. */
    private void requireMember(Pv pv) throws IOException {
        if (pv != first) {
            first.reload();
            if (!first.superblock().members().get(pv.position())) {
                throw new IOException("it was removed from the pool");
            }
        }
    }

    /** Lets go of a PV. Its file stays open until the pool is closed: somebody may be about to use it. */
    synchronized void remove(Pv pv) {
        Pv[] fewer = byPosition.clone();
        fewer[pv.position()] = null;
        byPosition = fewer;
        left.add(pv);
    }

    /** Closes all PVs, those that left too. */
    public synchronized void close() {
        List<BlockFile> files = new ArrayList<>();
        all().forEach(pv -> files.add(pv.file()));
        left.forEach(pv -> files.add(pv.file()));
        closeAll(files);
    }

    /** The error for what was on a PV that was given up. */
    public SeraiException lost(int position) {
        return StorageError.DATA_DAMAGED.error(
                "A part of pool " + pool + " is lost",
                "it was on PV number " + position + ", which was removed as lost",
                "write it anew from a copy: whole extents at a time, or discard it first; pool:check names what is lost");
    }

    private SeraiException unknown(int position) {
        return StorageError.PV_AWAY.error(
                "PV number " + position + " of pool " + pool + " cannot be reached",
                "this node does not know it",
                "look at pv:list, and run pool:check");
    }

    /** Closes files, whatever becomes of the others. */
    public static void closeAll(List<? extends BlockFile> files) {
        for (BlockFile file : files) {
            try {
                file.close();
            } catch (IOException e) {
                LOG.warn("PV {} could not be closed: {}", file.path(), e.getMessage());
            }
        }
    }
}
