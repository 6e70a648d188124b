package org.serai.simulator.check;

import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.serai.cluster.Grant;
import org.serai.simulator.check.Truth.Owned;
import org.serai.simulator.kernel.Life;
import org.serai.simulator.kernel.Loop;

/** Data that reaches the disks, and whether it may. */
public final class DataLedger {
    /**
     * The gate is open for lease less margin, a silence is a proof after lease plus margin. What stays under way for less
     * than the difference, and what clocks may drift apart meanwhile, lands before another node can have taken over.
     */
    private static final long UNDER_WAY_NS = 3_600_000_000L;

    private final Loop loop;
    private final Predicate<Life> excused;
    private Function<String, Optional<Owned>> owner = _ -> Optional.empty();
    private long landed;
    private long late;

    /** @param excused whether a process may write for longer than it should, by what docs/fencing.md says remains */
    public DataLedger(Loop loop, Predicate<Life> excused) {
        this.loop = loop;
        this.excused = excused;
    }

    /** By this row who writes is judged. */
    public void owner(Function<String, Optional<Owned>> row) {
        owner = row;
    }

    /**
     * One write.
     *
     * @param gateNs when the gate was found open for it
     */
    public record Write(long gateNs) {}

    /** The gate was found open just now. */
    public Write begun() {
        return new Write(loop.nowNs());
    }

    /** It reaches the disk. */
    public void landed(Grant grant, Write write, boolean fences, Life writer) {
        landed++;
        var now = owner.apply(grant.object());
        if (now.filter(row -> row.epoch() > grant.epoch() && !isOf(row, grant)).isEmpty()) {
            return;
        }
        var underWayNs = loop.nowNs() - write.gateNs();
        var what = writer.name() + " writes to " + grant.object() + " under " + grant.epoch() + ", "
                + underWayNs / 1_000_000 + " ms after its gate was open; now it is " + now.get();
        if (fences) {
            throw loop.trace().broken("a storage that fences takes no write of a stale owner: " + what);
        }
        if (underWayNs < UNDER_WAY_NS && !excused.test(writer)) {
            throw loop.trace().broken("no stale owner writes: " + what);
        }
        late++;
        loop.trace().note("disk", "late, as nothing prevents here: " + what);
    }

    private static boolean isOf(Owned row, Grant grant) {
        return row.incarnation().equals(Optional.of(grant.incarnation().toString()));
    }

    /** How many writes reached a disk. */
    public long landed() {
        return landed;
    }

    /** How many of them were those that docs/fencing.md says remain. */
    public long late() {
        return late;
    }
}
