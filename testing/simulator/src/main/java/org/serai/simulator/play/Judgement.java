package org.serai.simulator.play;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.serai.cluster.Primary;
import org.serai.cluster.core.member.NodeRow;
import org.serai.cluster.core.ownership.OwnershipRow;
import org.serai.database.Database;
import org.serai.simulator.check.Truth;
import org.serai.simulator.check.Truth.Owned;
import org.serai.simulator.kernel.Loop;
import org.serai.simulator.node.NodeProcess;
import org.serai.simulator.node.World;

/** What is judged after every step, and that in the end all becomes well. */
final class Judgement {
    private static final long CONVERGES_NS = 240_000_000_000L;
    private static final long SETTLES_NS = 90_000_000_000L;
    private static final long LOOK_NS = 500_000_000;
    /** By then whoever was taken for dead and is not has read so, and has ended. */
    private static final long LEARNS_NS = 20_000_000_000L;

    private static final long TALKS_NS = 5_000_000_000L;

    private final World world;
    private final List<Stale> stale = new ArrayList<>();
    private int takeovers;

    Judgement(World world) {
        this.world = world;
    }

    /** A process that another one took something over from. */
    private record Stale(NodeProcess process, Owned former, Owned now) {}

    int takeovers() {
        return takeovers;
    }

    /** A row that was not given back has another holder. */
    void overtaken(Owned former, Owned now) {
        takeovers++;
        if (former.object().equals(Primary.OBJECT)) {
            // A role is forgone by a node that lives on; that there are never two is asked at every step.
            return;
        }
        judgeGuarded(former);
        world.processes().stream()
                .filter(process -> former.incarnation().get().equals(process.incarnation()))
                .filter(process -> !process.life().isDead())
                .forEach(process -> stale.add(new Stale(process, former, now)));
        judgeStale();
    }

    /** A watchdog that was left in peace has ended what it guards before anybody else can take it. */
    private void judgeGuarded(Owned former) {
        for (var process : world.processes()) {
            var installation = process.installation();
            if (former.incarnation().get().equals(process.incarnation())
                    && installation.isWatchdogAtEase()
                    && !world.isExcused(process)) {
                installation.guarded().stream()
                        .filter(guarded -> guarded.toString().equals(former.object() + " under " + former.epoch()))
                        .findFirst()
                        .ifPresent(guarded -> {
                            throw world.trace()
                                    .broken("no partition runs twice: " + guarded + " on " + installation.name());
                        });
            }
        }
    }

    /** After each step. */
    void step() {
        if (!world.trace().failures().isEmpty()) {
            throw world.trace().broken(world.trace().failures().getFirst());
        }
        judgeStale();
        var primaries = 0;
        for (var process : world.processes()) {
            primaries += process.isPrimary() ? 1 : 0;
        }
        if (primaries > 1) {
            throw world.trace().broken("there are never two primary nodes");
        }
    }

    private void judgeStale() {
        stale.removeIf(each -> each.process().life().isDead());
        for (var each : stale) {
            if (each.process().serves()
                    && each.former().incarnation().get().equals(each.process().incarnation())) {
                throw world.trace()
                        .broken("no stale owner serves: "
                                + each.process().installation().name() + " with " + each.former() + ", and "
                                + each.now());
            }
        }
    }

    /** Faults are over: within a bounded time everything can be taken, and everybody knows everything. */
    void converge(Loop loop, Truth truth, Operator operator) throws SQLException {
        var healedNs = loop.nowNs();
        Scenario.run(loop, this, healedNs + LEARNS_NS);
        // It has lost nothing that it knew of: what was taken from it was being given back, or never reached it.
        stale.removeIf(each -> world.isExcused(each.process())
                && !each.process().holds(each.former().object()));
        world.excuseNobody();
        await(loop, CONVERGES_NS, () -> whatIsMissing(truth, healedNs));
        var wellNs = loop.nowNs();
        Scenario.run(loop, this, wellNs + TALKS_NS);
        world.rest();
        await(loop, SETTLES_NS, () -> whatIsUnsettled(truth));
        world.messages().check(wellNs);
        world.changes().check(truth);
    }

    private interface Missing {
        String what() throws SQLException;
    }

    private void await(Loop loop, long atMostNs, Missing missing) throws SQLException {
        var startNs = loop.nowNs();
        for (var what = missing.what(); !what.isEmpty(); what = missing.what()) {
            if (loop.nowNs() - startNs > atMostNs) {
                throw world.trace()
                        .broken("after the last fault all becomes well within " + atMostNs / 1_000_000_000 + " s: "
                                + what);
            }
            Scenario.run(loop, this, loop.nowNs() + LOOK_NS);
        }
    }

    private String whatIsMissing(Truth truth, long sinceNs) throws SQLException {
        var present =
                truth.texts("SELECT incarnation FROM node WHERE incarnation NOT IN (SELECT incarnation FROM node_end)");
        Set<String> taken = new HashSet<>();
        Set<String> primaries = new HashSet<>();
        var acting = 0;
        for (var process : world.processes()) {
            var name = process.installation().name();
            if (process.life().isDead() || !process.node().state().startsWith("member")) {
                return name + " is no member: " + process.node().state();
            }
            if (!present.contains(process.incarnation())) {
                return name + " is not registered as the incarnation that it is";
            }
            if (!process.isLooking() || !process.isOpen()) {
                return name + " does not serve";
            }
            process.work()
                    .ifPresent(work -> work.owning().takenNs().forEach((object, ns) -> {
                        if (ns > sinceNs) {
                            taken.add(object);
                        }
                    }));
            var primary = process.offered(Primary.class).orElseThrow();
            primaries.add(String.valueOf(primary.node()));
            acting += primary.isSelf() ? 1 : 0;
        }
        if (acting != 1 || primaries.size() != 1) {
            return acting + " primary nodes, seen as " + primaries;
        }
        return world.objects().stream()
                .filter(object -> !taken.contains(object))
                .findFirst()
                .map(object -> "nobody can take " + object)
                .orElse("");
    }

    private String whatIsUnsettled(Truth truth) throws SQLException {
        if (!world.messages().isSettled()) {
            return "a receipt array or a response is open";
        }
        var unprocessed = world.messages().unprocessed();
        if (!unprocessed.isEmpty()) {
            return unprocessed;
        }
        var nodes = truth.texts("SELECT incarnation FROM node ORDER BY id");
        var owned = truth.texts("SELECT object || ' ' || epoch || ' ' || COALESCE(incarnation, '-') FROM ownership"
                + " ORDER BY object");
        for (var process : world.processes()) {
            var view = process.offered(Database.class);
            if (view.isEmpty()) {
                return process.installation().name() + " has no database";
            }
            var seenNodes = view.get().view(NodeRow.class).all().stream()
                    .map(row -> row.incarnation().toString())
                    .toList();
            var seenOwned = view.get().view(OwnershipRow.class).all().stream()
                    .map(row -> row.object() + " " + row.epoch() + " "
                            + row.incarnation().map(Object::toString).orElse("-"))
                    .collect(Collectors.toList());
            if (!seenNodes.equals(nodes) || !seenOwned.equals(owned)) {
                return "the view of " + process.installation().name() + " is not what the database holds";
            }
        }
        return world.events().missing(truth);
    }
}
