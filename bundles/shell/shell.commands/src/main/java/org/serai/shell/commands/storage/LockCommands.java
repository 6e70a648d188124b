package org.serai.shell.commands.storage;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.serai.cluster.ClusterError;
import org.serai.cluster.Liveness;
import org.serai.shell.CommandGroup;
import org.serai.shell.DryRun;
import org.serai.shell.Invocation;
import org.serai.shell.Plan;
import org.serai.shell.commands.NodeServices;
import org.serai.storage.LockExplanation;
import org.serai.storage.Locks;
import org.serai.storage.Lu;
import org.serai.storage.LuLock;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Commands for the locks of LUs. */
@Component(service = CommandGroup.class)
@Command(name = "lock", description = "The locks of LUs and their sub-partitions.")
public final class LockCommands implements CommandGroup {
    private final NodeServices services;

    /** The commands over these services. */
    @Activate
    public LockCommands(@Reference NodeServices services) {
        this.services = services;
    }

    record LockView(
            String lu,
            Optional<String> part,
            String node,
            Liveness.State nodeState,
            String operation,
            long epoch,
            String since,
            String until,
            List<String> partsInUse) {
        static LockView of(LuLock lock) {
            return new LockView(
                    lock.luName(),
                    lock.part(),
                    lock.nodeName(),
                    lock.nodeState(),
                    lock.operation(),
                    lock.epoch(),
                    lock.since(),
                    lock.until(),
                    lock.partsInUse());
        }
    }

    record Explanation(
            String lu,
            boolean free,
            Optional<LockView> lock,
            List<LockView> parts,
            List<String> reasons,
            List<String> actions) {}

    @Command(
            name = "list",
            description = "List the locks that are held: by whom, for what, since when.",
            footer = {"lock:list", "lock:list --json"})
    List<LockView> list(@Mixin Invocation invocation) {
        return locks().locks().stream().map(LockView::of).toList();
    }

    @Command(
            name = "explain",
            description = "Tell why an LU cannot be had at this node, and what could be done.",
            footer = {"lock:explain disk1"})
    Explanation explain(
            @Mixin Invocation invocation, @Parameters(paramLabel = "LU", description = "Its name.") String lu) {
        LockExplanation found = locks().explain(lu);
        return new Explanation(
                found.luName(),
                found.reasons().isEmpty(),
                found.lock().map(LockView::of),
                found.parts().stream().map(LockView::of).toList(),
                found.reasons(),
                found.actions());
    }

    @Command(
            name = "break",
            description = "Break the lock of a holder that is dead; that of a living one is never broken.",
            footer = {"lock:break disk1 --dry-run", "lock:break disk1"})
    Object breakLock(
            @Mixin Invocation invocation,
            @Mixin DryRun dryRun,
            @Parameters(paramLabel = "LU", description = "Its name.") String lu) {
        if (dryRun.asked()) {
            return breakPlan(locks().explain(lu));
        }
        return locks().breakLock(lu, invocation::progress).stream()
                .map(LockView::of)
                .toList();
    }

    /** Its own lock and those of its sub-partitions, each with its holder. */
    private static Plan breakPlan(LockExplanation found) {
        List<LuLock> held = Stream.concat(found.lock().stream(), found.parts().stream())
                .filter(LuLock::isHeld)
                .toList();
        Plan.Draft draft = Plan.draft();
        if (held.isEmpty()) {
            return draft.would("do nothing: nobody holds LU " + found.luName()).plan();
        }
        for (LuLock lock : held) {
            String what =
                    lock.part().map(part -> "sub-partition " + part + " of LU ").orElse("LU ") + lock.luName();
            draft.would("prove that node " + lock.nodeName() + " is dead, and give back its lock of " + what)
                    .check(() -> requireNotAlive(what, lock));
        }
        return draft.plan();
    }

    private static void requireNotAlive(String what, LuLock lock) {
        if (lock.nodeState() == Liveness.State.ALIVE) {
            throw ClusterError.ALIVE.error(
                    "The lock of " + what + " cannot be broken",
                    "node " + lock.nodeName() + " holds it for " + lock.operation() + ", and is alive",
                    Lu.Lock.ending(lock.luName(), lock.operation(), lock.nodeName())
                            .orElse("end that there; only the lock of a holder that is proven dead can be broken"));
        }
    }

    private Locks locks() {
        return services.get(Locks.class);
    }
}
