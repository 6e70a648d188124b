package org.serai.shell.commands;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.serai.partition.LparState;
import org.serai.shell.DryRun;
import org.serai.shell.Plan;
import org.serai.shell.Size;

/** Dry runs change nothing (the services here fail any change) and tell each reason why not. */
class DryRunTest {
    private final NodeServices services = Fakes.member(LparState.RUNNING);

    private static void assertObstacles(Object plan, String... codes) {
        assertThat(((Plan) plan).possible()).isEqualTo(codes.length == 0);
        assertThat(((Plan) plan).obstacles()).hasSize(codes.length);
        for (int i = 0; i < codes.length; i++) {
            assertThat(((Plan) plan).obstacles().get(i)).startsWith(codes[i] + ":");
        }
    }

    @Test
    void deletingAClientThatIsInUse() {
        assertObstacles(
                new ClientCommands(services).delete(Fakes.invocation(), Fakes.dryRun("--dry-run"), "acme"),
                "SERAI-CLUSTER-0014");
    }

    @Test
    void operationsOnAPartition() {
        LparCommands running = new LparCommands(services);
        LparCommands hibernated = new LparCommands(Fakes.member(LparState.HIBERNATED));
        Optional<String> here = Optional.empty();
        assertObstacles(running.hibernate(Fakes.invocation(), Fakes.dryRun("--dry-run"), "web1"));
        assertObstacles(running.start(Fakes.invocation(), Fakes.dryRun("--dry-run"), "web1", here), "SERAI-LPAR-0003");
        assertObstacles(
                hibernated.resume(Fakes.invocation(), Fakes.dryRun("--dry-run"), "web1", Optional.of("cec-b")),
                "SERAI-LPAR-0011");
        assertObstacles(hibernated.hibernate(Fakes.invocation(), Fakes.dryRun("--dry-run"), "web9"), "SERAI-LPAR-0001");
    }

    @Test
    void theStateOfAHibernatedPartitionIsNotDroppedInPassing() {
        LparCommands hibernated = new LparCommands(Fakes.member(LparState.HIBERNATED));
        assertObstacles(hibernated.stop(Fakes.invocation(), dryRun(), "web1", 30, false), "SERAI-LPAR-0003");
        assertObstacles(hibernated.delete(Fakes.invocation(), dryRun(), "web1"), "SERAI-LPAR-0003");
        assertObstacles(hibernated.stop(Fakes.invocation(), dryRun(), "web1", 30, true));
        assertObstacles(
                new LparCommands(services).stop(Fakes.invocation(), dryRun(), "web1", 30, true), "SERAI-LPAR-0003");
    }

    private static DryRun dryRun() {
        return Fakes.dryRun("--dry-run");
    }

    @Test
    void aRemoteRestartNamesTheNodeThatMustBeDead() {
        Object plan = new LparCommands(services)
                .remoteRestart(Fakes.invocation(), Fakes.dryRun("--dry-run"), "web1", Optional.of("cec-a"));
        assertObstacles(plan);
        assertThat(((Plan) plan).steps()).first().asString().contains("cec-b");
    }

    @Test
    void definingAPartition(@TempDir Path folder) throws Exception {
        Path kernel = Files.writeString(folder.resolve("vmlinuz"), "");
        Object plan = new LparCommands(services)
                .create(
                        Fakes.invocation(),
                        Fakes.dryRun("--dry-run"),
                        "web1",
                        "acme",
                        Size.parse("128M"),
                        1,
                        kernel.toString(),
                        folder.resolve("none").toString(),
                        List.of("disk1", "disk2"),
                        Optional.empty(),
                        Optional.of("xen"));
        assertObstacles(plan, "SERAI-LPAR-0002", "SERAI-LPAR-0005", "SERAI-LPAR-0010", "SERAI-LPAR-0005");
    }
}
