package org.serai.simulator.play;

import java.util.ArrayList;
import java.util.List;
import org.serai.cluster.Grant;
import org.serai.simulator.node.NodeProcess;
import org.serai.simulator.node.World;

/** While the database alone is lost, nodes serve what they hold. */
final class Outage {
    private static final long SECOND_NS = 1_000_000_000L;
    private static final long SETTLED_NS = 3 * SECOND_NS;
    private static final long WRITTEN_WITHIN_NS = 10 * SECOND_NS;

    private final World world;
    private final Disturbed disturbed;
    private final List<Served> served = new ArrayList<>();
    private boolean over;

    /** A node that nothing else befalls. */
    private record Served(NodeProcess process, List<Grant> lus, long acknowledged, long sinceNs) {}

    Outage(World world, Disturbed disturbed) {
        this.world = world;
        this.disturbed = disturbed;
    }

    void begin() {
        world.loop().after(SETTLED_NS, this::settled);
    }

    void end() {
        over = true;
    }

    private void settled() {
        for (var process : world.processes()) {
            if (process.isOpen() && process.life().runs() && disturbed.isAtEase(process.installation())) {
                served.add(new Served(
                        process,
                        process.heldLus(),
                        process.acknowledged(),
                        world.loop().nowNs()));
            }
        }
        look();
    }

    private void look() {
        if (!over) {
            served.removeIf(each -> !disturbed.isAtEase(each.process().installation()));
            served.forEach(this::judge);
            world.loop().after(SECOND_NS, this::look);
        }
    }

    private void judge(Served each) {
        var name = each.process().installation().name();
        if (world.mishap().hasBefallen(each.process().life())) {
            return;
        }
        if (!each.process().isOpen() || each.process().life().isDead()) {
            throw world.trace().broken("what is held is served on while the database alone is lost: not by " + name);
        }
        if (world.loop().nowNs() - each.sinceNs() > WRITTEN_WITHIN_NS
                && !each.lus().isEmpty()
                && each.process().heldLus().containsAll(each.lus())
                && each.process().acknowledged() == each.acknowledged()) {
            throw world.trace().broken("writes are acknowledged while the database alone is lost: not at " + name);
        }
    }
}
