package org.serai.shell.commands.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.serai.cluster.Liveness;
import org.serai.partition.LparState;
import org.serai.scsi.LuExports;
import org.serai.shell.Plan;
import org.serai.shell.Size;
import org.serai.shell.commands.Fakes;
import org.serai.shell.commands.NodeServices;
import org.serai.storage.DiskGroups;
import org.serai.storage.LockExplanation;
import org.serai.storage.Locks;
import org.serai.storage.LuChanges;
import org.serai.storage.LuLock;
import org.serai.storage.LuPart;
import org.serai.storage.Parts;
import org.serai.storage.Redundancy;
import org.serai.storage.RedundantLu;

/** Dry runs change nothing (the services here fail any change) and tell each reason why not. */
class StorageDryRunTest {
    private final NodeServices services = Fakes.member(LparState.RUNNING);

    private static void assertObstacles(Object plan, String... codes) {
        assertThat(((Plan) plan).possible()).isEqualTo(codes.length == 0);
        assertThat(((Plan) plan).obstacles()).hasSize(codes.length);
        for (int i = 0; i < codes.length; i++) {
            assertThat(((Plan) plan).obstacles().get(i)).startsWith(codes[i] + ":");
        }
    }

    private Object createLu(String name, String pool, String client, String size, boolean thick) {
        return new LuCommands(services)
                .create(
                        Fakes.invocation(),
                        Fakes.dryRun("--dry-run"),
                        name,
                        pool,
                        client,
                        Size.parse(size),
                        thick,
                        "data");
    }

    @Test
    void makingAnLu() {
        assertObstacles(createLu("disk3", "pool1", "acme", "8G", false));
        assertObstacles(createLu("disk3", "pool1", "acme", "8G", true), "SERAI-POOL-0005");
        assertObstacles(
                createLu("disk1", "pool2", "other", "1000", false),
                "SERAI-CLUSTER-0013",
                "SERAI-POOL-0001",
                "SERAI-LU-0002",
                "SERAI-POOL-0010");
    }

    @Test
    void deletingAnLu() {
        LuCommands lus = new LuCommands(services);
        assertObstacles(lus.delete(Fakes.invocation(), Fakes.dryRun("--dry-run"), "disk2"));
        assertObstacles(lus.delete(Fakes.invocation(), Fakes.dryRun("--dry-run"), "disk1"), "SERAI-LU-0003");
        assertObstacles(lus.delete(Fakes.invocation(), Fakes.dryRun("--dry-run"), "disk9"), "SERAI-LU-0001");
    }

    private void hasPart(String lu) {
        LuPart part = new LuPart(
                new UUID(0, 20), new UUID(0, 21), lu, "pages", LuPart.Purpose.PAGING, 64 << 20, Optional.empty());
        services.set(
                Parts.class,
                Fakes.service(
                        Parts.class,
                        Map.of(
                                "parts", args -> args[0].equals(lu) ? List.of(part) : List.of(),
                                "planResize", _ -> new org.serai.storage.Plan(List.of("change pages"), List.of()))));
    }

    private LuExportCommands exports() {
        services.set(LuExports.class, Fakes.service(LuExports.class, Map.of("of", _ -> List.of())));
        return new LuExportCommands(services);
    }

    private Object export(String lu) {
        return exports().export(Fakes.invocation(), Fakes.dryRun("--dry-run"), lu, "any", false, false, false);
    }

    private Object exportForReading(String lu) {
        return exports().export(Fakes.invocation(), Fakes.dryRun("--dry-run"), lu, "any", false, false, true);
    }

    private static LuLock lock(Optional<String> part, Liveness.State state) {
        return new LuLock(new UUID(0, 21), "disk1", part, Fakes.NODE_A, "cec-a", state, "export", 4, "", "", List.of());
    }

    private void holds(Liveness.State state) {
        LuLock lock = lock(Optional.empty(), state);
        services.set(Locks.class, Fakes.service(Locks.class, Map.of("locks", _ -> List.of(lock))));
    }

    @Test
    void anLuWithSubPartitionsIsNeitherExportedNorDeleted() {
        assertObstacles(export("disk2"));
        hasPart("disk2");
        assertObstacles(export("disk2"), "SERAI-LU-0003");
        assertObstacles(
                new LuCommands(services).delete(Fakes.invocation(), Fakes.dryRun("--dry-run"), "disk2"),
                "SERAI-LU-0003");
        assertObstacles(export("disk9"), "SERAI-LU-0001");
    }

    @Test
    void anLuOfALivingNodeIsNotExportedAndOneOfADeadNodeIsTakenOver() {
        holds(Liveness.State.ALIVE);
        assertObstacles(export("disk1"), "SERAI-LU-0003");
        holds(Liveness.State.DEAD);
        assertObstacles(export("disk1"));
        assertThat(((Plan) export("disk1")).steps().getFirst()).startsWith("prove that node cec-a is dead");
    }

    @Test
    void eachLockOfAHolderThatLivesIsInTheWay() {
        for (Liveness.State state : List.of(Liveness.State.ALIVE, Liveness.State.DEAD)) {
            LuLock whole = lock(Optional.empty(), state);
            LuLock part = lock(Optional.of("pages"), state);
            LockExplanation why = new LockExplanation(
                    new UUID(0, 21), "disk1", Optional.of(whole), List.of(part), List.of(), List.of());
            services.set(Locks.class, Fakes.service(Locks.class, Map.of("explain", _ -> why)));
            Plan plan =
                    (Plan) new LockCommands(services).breakLock(Fakes.invocation(), Fakes.dryRun("--dry-run"), "disk1");
            assertThat(plan.steps()).hasSize(2).last().asString().contains("sub-partition pages of LU disk1");
            assertObstacles(
                    plan,
                    state == Liveness.State.ALIVE
                            ? new String[] {"SERAI-CLUSTER-0010", "SERAI-CLUSTER-0010"}
                            : new String[0]);
        }
    }

    @Test
    void anLuThatIsHeldIsReadFromACopyThatHoldsEverything() {
        assertObstacles(exportForReading("disk1"));
        holds(Liveness.State.ALIVE);
        assertObstacles(exportForReading("disk1"), "SERAI-LU-0003");
        mirrored(RedundantLu.State.COPY_BEHIND);
        assertObstacles(exportForReading("disk1"), "SERAI-LU-0015");
        mirrored(RedundantLu.State.SYNCHRONOUS);
        assertObstacles(exportForReading("disk1"));
        assertThat(((Plan) exportForReading("disk1")).steps().getFirst()).contains("disk2, the copy of LU disk1");
        assertObstacles(export("disk2"), "SERAI-LU-0013");
    }

    private void mirrored(RedundantLu.State state) {
        RedundantLu pair =
                new RedundantLu(new UUID(0, 21), "disk1", new UUID(0, 22), "disk2", state, 0, 1 << 30, "", "");
        services.set(Redundancy.class, Fakes.service(Redundancy.class, Map.of("redundantLus", _ -> List.of(pair))));
    }

    @Test
    void whatBecomesSmallerNeedsTheWordForIt() {
        services.set(
                LuChanges.class,
                Fakes.service(
                        LuChanges.class,
                        Map.of("plan", _ -> new org.serai.storage.Plan(List.of("disk2 shrinks"), List.of()))));
        hasPart("store1");
        LuChangeCommands lus = new LuChangeCommands(services);
        PartCommands parts = new PartCommands(services);
        for (boolean shrink : List.of(true, false)) {
            String[] codes = shrink ? new String[0] : new String[] {"SERAI-SHELL-0002"};
            assertObstacles(
                    lus.resize(Fakes.invocation(), Fakes.dryRun("--dry-run"), "disk2", Size.parse("1M"), shrink),
                    codes);
            assertObstacles(
                    parts.resize(
                            Fakes.invocation(), Fakes.dryRun("--dry-run"), "store1", "pages", Size.parse("1M"), shrink),
                    codes);
        }
    }

    @Test
    void makingAPool(@TempDir Path folder) throws Exception {
        try (RandomAccessFile there =
                new RandomAccessFile(folder.resolve("there").toFile(), "rw")) {
            there.setLength(1 << 30);
        }
        PoolCommands pools = new PoolCommands(services);
        List<String> good = List.of(folder.resolve("there").toString(), folder.resolve("new") + ":1G");
        assertObstacles(pools.create(
                Fakes.invocation(), Fakes.dryRun("--dry-run"), "pool2", good, "extent", Optional.empty(), false));
        assertObstacles(
                pools.create(
                        Fakes.invocation(),
                        Fakes.dryRun("--dry-run"),
                        "pool1",
                        good,
                        "extent",
                        Optional.empty(),
                        false),
                "SERAI-POOL-0002");
        List<String> bad = List.of(folder.resolve("none").toString(), folder.resolve("no/folder") + ":1G");
        assertObstacles(
                pools.create(
                        Fakes.invocation(), Fakes.dryRun("--dry-run"), "pool2", bad, "extent", Optional.empty(), false),
                "SERAI-POOL-0003",
                "SERAI-POOL-0003");
    }

    @Test
    void aPolicyIsToldWithNames() {
        services.set(
                DiskGroups.class,
                Fakes.service(
                        DiskGroups.class,
                        Map.of("plan", _ -> new org.serai.storage.Plan(List.of("the policy changes"), List.of()))));
        DiskGroupCommands groups = new DiskGroupCommands(services);
        Plan some = (Plan) groups.policy(
                Fakes.invocation(),
                Fakes.dryRun("--dry-run"),
                "pool1",
                "default",
                List.of("acme"),
                List.of("cec-a", "cec-b"));
        assertThat(some.steps()).contains("let in client acme at node cec-a, node cec-b");
        Plan all = (Plan) groups.policy(Fakes.invocation(), Fakes.dryRun("--dry-run"), "pool1", "default", null, null);
        assertThat(all.steps()).contains("let in all clients at all nodes");
    }

    @Test
    void whatCannotBeAPv(@TempDir Path folder) throws Exception {
        Path letters = Files.writeString(folder.resolve("letters"), "x".repeat(1221));
        List<String> bad = List.of("/dev/null", folder.toString(), letters.toString());
        Plan plan = (Plan) new PoolCommands(services)
                .create(Fakes.invocation(), Fakes.dryRun("--dry-run"), "pool2", bad, "extent", Optional.empty(), false);
        assertObstacles(plan, "SERAI-POOL-0003", "SERAI-POOL-0003", "SERAI-POOL-0003");
        assertThat(plan.obstacles().get(0)).contains("neither a file nor a block device");
        assertThat(plan.obstacles().get(1)).contains("it is a directory");
        assertThat(plan.obstacles().get(2)).contains("a file of 1.2 KiB");
    }

    @Test
    void deletingAPoolThatIsInUse() {
        assertObstacles(
                new PoolCommands(services).delete(Fakes.invocation(), Fakes.dryRun("--dry-run"), "pool1"),
                "SERAI-POOL-0006");
    }
}
