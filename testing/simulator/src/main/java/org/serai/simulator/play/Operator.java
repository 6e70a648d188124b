package org.serai.simulator.play;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.serai.cluster.ClusterError;
import org.serai.cluster.Fencing;
import org.serai.cluster.core.member.NodeRow;
import org.serai.database.Database;
import org.serai.ffdc.SeraiException;
import org.serai.simulator.machine.Installation;
import org.serai.simulator.node.NodeProcess;
import org.serai.simulator.node.World;

/** Makes the cluster, has nodes join, start again, leave and be removed; tries again what was refused. */
final class Operator {
    private static final long LOOK_NS = 500_000_000;

    private final World world;
    private final List<Installation> installations;
    private final SplittableRandom random;
    private final Map<Installation, Long> startAtNs = new HashMap<>();
    private final Set<NodeProcess> busy = new HashSet<>();
    private Optional<String> token = Optional.empty();
    private boolean hasty;

    Operator(World world, List<Installation> installations, SplittableRandom random) {
        this.world = world;
        this.installations = installations;
        this.random = random;
    }

    void begin() {
        look();
    }

    /** From now on everything is started at once, or not any more. */
    void hurry(boolean now) {
        hasty = now;
        startAtNs.clear();
    }

    private void look() {
        installations.forEach(this::lookAt);
        world.loop().after(LOOK_NS, this::look);
    }

    private void lookAt(Installation installation) {
        if (installation.life().isEmpty()) {
            if (!installation.host().isFrozen() && installation.isFree() && isTime(installation)) {
                startAtNs.remove(installation);
                world.start(installation);
            }
            return;
        }
        var process = process(installation);
        if (process.isEmpty() || !process.get().life().runs()) {
            return;
        }
        var state = process.get().node().state();
        if (state.startsWith("alone") || state.startsWith("refused")) {
            enter(process.get());
        } else if (token.isEmpty() && state.startsWith("member")) {
            ask(process.get(), () -> token = Optional.of(process.get().node().joinToken()));
        }
    }

    private boolean isTime(Installation installation) {
        var first = startAtNs.computeIfAbsent(
                installation,
                _ -> world.loop().nowNs() + (hasty || random.nextInt(4) == 0 ? 0 : random.nextLong(25_000_000_000L)));
        return world.loop().nowNs() >= first || token.isEmpty();
    }

    private void enter(NodeProcess process) {
        if (token.isPresent()) {
            ask(process, () -> process.node().join(token.get()));
        } else if (process.installation() == installations.getFirst()) {
            ask(
                    process,
                    () -> process.node()
                            .create("vineyard", Optional.of(world.database().url()), Map.of()));
        }
    }

    /** Runs a command in a node, one at a time. */
    void ask(NodeProcess process, Runnable command) {
        if (!busy.add(process)) {
            return;
        }
        process.life().start(() -> {
            try {
                command.run();
            } catch (SeraiException refused) {
                world.trace().note(process.life().name(), "refused: " + refused.getMessage());
            } finally {
                busy.remove(process);
            }
        });
    }

    /** The process that was started last from an installation. */
    Optional<NodeProcess> process(Installation installation) {
        return world.processes().stream()
                .filter(process -> process.installation() == installation)
                .findFirst();
    }

    void stop(NodeProcess process) {
        ask(process, () -> {
            process.node().stop();
            process.life().kill("it has stopped in order");
        });
    }

    /** Not where it could be the last one, even if others leave with it: with that one the cluster ends. */
    void leave(NodeProcess process) {
        ask(process, () -> {
            var database = process.offered(Database.class);
            if (database.isPresent()
                    && database.get()
                                    .read(transaction -> transaction.list(NodeRow.class))
                                    .size()
                            > 2) {
                process.node().leave();
            }
        });
    }

    void remove(NodeProcess remover, Installation dead) {
        ask(
                remover,
                () -> remover.offered(Fencing.class)
                        .ifPresent(fencing -> fencing.remove(dead.instance().node(), _ -> {})));
    }

    /** Says that a node is dead, which it need not be, and is taken at the word only while nothing is seen of the node. */
    void giveWord(NodeProcess teller, Installation dead) {
        var excused = dead.life();
        ask(teller, () -> {
            excused.ifPresent(world::excuse);
            try {
                teller.offered(Fencing.class)
                        .ifPresent(
                                fencing -> fencing.operatorWord(dead.instance().node(), dead.name()));
            } catch (SeraiException refused) {
                if (refused.code() == ClusterError.ALIVE) {
                    excused.ifPresent(world::excuseNot);
                }
                throw refused;
            }
        });
    }
}
