package org.serai.shell.commands;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.serai.cluster.Cluster;
import org.serai.cluster.Liveness;
import org.serai.cluster.Ownership;
import org.serai.partition.Lpar;
import org.serai.partition.LparState;
import org.serai.partition.Partitions;
import org.serai.shell.CommandGroup;
import org.serai.shell.Invocation;
import org.serai.shell.Plan;
import org.serai.shell.Size;
import org.serai.shell.commands.storage.DiskGroupCommands;
import org.serai.shell.commands.storage.LockCommands;
import org.serai.shell.commands.storage.LuChangeCommands;
import org.serai.shell.commands.storage.LuCommands;
import org.serai.shell.commands.storage.PagingCommands;
import org.serai.shell.commands.storage.PartCommands;
import org.serai.shell.commands.storage.PoolCommands;
import org.serai.shell.commands.storage.PoolUpkeepCommands;
import org.serai.shell.commands.storage.PvCommands;
import org.serai.shell.commands.storage.RedundancyCommands;
import org.serai.shell.commands.storage.TierCommands;
import org.serai.shell.commands.storage.WorkCommands;
import org.serai.storage.Storage;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;

/** What holds for every command: it is described, its parameters are, and its examples are lines that it takes. */
class CommandsTest {
    private static final Pattern WORD = Pattern.compile("'([^']*)'|(\\S+)");

    static Stream<CommandGroup> groups() {
        NodeServices services = Fakes.alone();
        return Stream.of(
                new ClusterCommands(services),
                new NodeCommands(services),
                new ClientCommands(services),
                new PoolCommands(services),
                new PoolUpkeepCommands(services),
                new PvCommands(services),
                new DiskGroupCommands(services),
                new TierCommands(services),
                new LuCommands(services),
                new LuChangeCommands(services),
                new RedundancyCommands(services),
                new LockCommands(services),
                new PartCommands(services),
                new PagingCommands(services),
                new WorkCommands(services),
                new LparCommands(services),
                new EventCommands(services),
                new FenceCommands(services),
                new MsgCommands(services),
                new OwnerCommands(services),
                new OperationCommands(services),
                new TargetCommands(services),
                new SessionCommands(services),
                new VioapiCommands(services));
    }

    @ParameterizedTest
    @MethodSource("groups")
    void everyCommandAndParameterIsDescribed(CommandGroup group) {
        for (Method method : methods(group)) {
            CommandSpec spec = line(group, method).getCommandSpec();
            assertThat(spec.usageMessage().description()).as(method.getName()).isNotEmpty();
            for (ArgSpec argument : spec.args()) {
                assertThat(argument.description())
                        .as(method.getName() + " " + argument.paramLabel())
                        .isNotEmpty();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("groups")
    void everyExampleIsALineThatTheCommandTakes(CommandGroup group) {
        String scope = group.getClass().getAnnotation(Command.class).name();
        for (Method method : methods(group)) {
            Command command = method.getAnnotation(Command.class);
            assertThat(command.footer()).as(method.getName()).isNotEmpty();
            for (String example : command.footer()) {
                List<String> words = words(example);
                assertThat(words.removeFirst()).isEqualTo(scope + ":" + command.name());
                line(group, method).parseArgs(words.toArray(String[]::new));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("groups")
    void completionIsSilentWhereNothingIsThere(CommandGroup group) {
        for (String label : List.of(
                "CLIENT",
                "POOL",
                "PV",
                "GROUP",
                "TIER",
                "LU",
                "SNAPSHOT",
                "PART",
                "TOKEN",
                "LPAR",
                "NODE",
                "HYPERVISOR")) {
            assertThat(group.candidates(label)).isEmpty();
        }
    }

    @Test
    void aNodeOfNoClusterSaysHowToGetOne() {
        NodeServices services = Fakes.alone();
        assertThatThrownBy(() -> services.get(Storage.class))
                .hasMessage("SERAI-CLUSTER-0001: This node is not a member of a cluster;"
                        + " cause: alone: the node belongs to no cluster;"
                        + " do: cluster:create NAME or cluster:join TOKEN");
    }

    @Test
    void aMissingServiceIsNamed() {
        OwnerCommands owners = new OwnerCommands(new NodeServices());
        assertThatThrownBy(() -> owners.list(Fakes.invocation()))
                .hasMessageStartingWith("SERAI-SHELL-0006: The service Ownership is not there");
    }

    @Test
    void aServiceThatComesWithTheMembershipIsAwaited() throws Exception {
        NodeServices services = new NodeServices(30_000);
        services.set(Cluster.class, Fakes.service(Cluster.class, Map.of("state", args -> "member: all is well")));
        Ownership ownership = Fakes.service(Ownership.class, Map.of("owners", args -> List.of()));
        FutureTask<Integer> listed = new FutureTask<>(
                () -> new OwnerCommands(services).list(Fakes.invocation()).size());
        Thread asking = Thread.ofVirtual().start(listed);
        await().until(() -> asking.getState() == Thread.State.TIMED_WAITING);
        services.set(Ownership.class, ownership);
        assertThat(listed.get()).isZero();
    }

    @Test
    void aServiceThatDoesNotComeIsNamed() {
        NodeServices services = new NodeServices(1);
        services.set(
                Cluster.class,
                Fakes.service(
                        Cluster.class,
                        Map.of(
                                "state", args -> "starting: the node looks for its cluster",
                                "membership", args -> Optional.empty())));
        assertThatThrownBy(() -> services.storage())
                .hasMessageContaining("SERAI-CLUSTER-0001")
                .hasMessageContaining("wait until cluster:status says member");
    }

    @Test
    void theStatusOfANodeOfNoClusterIsNoError() {
        ClusterStatus status = (ClusterStatus) new ClusterCommands(Fakes.alone()).status(Fakes.invocation(), false);
        assertThat(status.state()).isEqualTo("alone");
        assertThat(status.cluster()).isEmpty();
        assertThat(status.node()).isEqualTo("cec-a");
        assertThat(status.nodes()).isEmpty();
        assertThat(status.problems())
                .containsExactly("this node serves nothing; what to do: cluster:create NAME or cluster:join TOKEN");
    }

    @Test
    void howManyIsOneOrMore() {
        EventCommands events = new EventCommands(Fakes.member(LparState.STOPPED));
        assertThatThrownBy(() -> events.list(Fakes.invocation(), new EventOptions(), Optional.empty(), 0))
                .hasMessageStartingWith("SERAI-SHELL-0002: --limit cannot be 0");
    }

    @Test
    void aPartitionOfADeadNodeIsShownAsSuchAndItsNodeIsNotRemoved() {
        NodeServices services = Fakes.member(LparState.RUNNING);
        assertThat(new LparCommands(services).list(Fakes.invocation()))
                .singleElement()
                .satisfies(shown -> assertThat(shown.nodeState()).hasValue(Liveness.State.DEAD));
        Plan plan = (Plan) new FenceCommands(services).remove(Fakes.invocation(), Fakes.dryRun("--dry-run"), "cec-b");
        assertThat(plan.possible()).isFalse();
        assertThat(plan.obstacles().toString()).contains("partitions ran on it when it died: web1");
    }

    @Test
    void aNodeWithoutAClusterListsNoNodesAndSaysWhy() {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        Invocation invocation = new Invocation(new PrintStream(said), new PrintStream(said));
        assertThat(new NodeCommands(Fakes.alone()).list(invocation)).isEmpty();
        assertThat(said.toString(StandardCharsets.UTF_8)).startsWith("This node, cec-a, belongs to no cluster");
        assertThat(new NodeCommands(Fakes.member(LparState.STOPPED)).list(Fakes.invocation()))
                .hasSize(2);
    }

    @Test
    void theConsoleLogOfAPartitionThatRanElsewhereIsToBeHadThere() {
        LparCommands lpars = new LparCommands(Fakes.member(LparState.STOPPED));
        assertThatThrownBy(() -> lpars.console(Fakes.invocation(), "web1", 40))
                .hasMessageContaining("it is kept by the node that ran it last, cec-b");
    }

    @Test
    void theConsoleLogOfTheLastRunIsRead(@TempDir Path folder) throws IOException {
        Path log = Files.writeString(folder.resolve("console.log"), "one\ntwo\nthree\n");
        NodeServices services = Fakes.member(LparState.STOPPED);
        Lpar web1 = services.partitions().lpar("web1");
        Lpar here = new Lpar(
                web1.id(),
                web1.name(),
                web1.client(),
                web1.state(),
                Optional.of("cec-a"),
                web1.epoch(),
                web1.hypervisor(),
                web1.accelerator(),
                web1.memoryBytes(),
                web1.cpus(),
                web1.adapters(),
                Optional.of(log.toString()),
                web1.image());
        services.set(Partitions.class, Fakes.service(Partitions.class, Map.of("lpar", _ -> here)));
        assertThat(new LparCommands(services).console(Fakes.invocation(), "web1", 2))
                .isEqualTo("two\nthree\n");
    }

    private static List<Method> methods(CommandGroup group) {
        return CommandLine.getCommandMethods(group.getClass(), null);
    }

    private static CommandLine line(CommandGroup group, Method method) {
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
        CommandLine line = new CommandLine(method, new CommandLine.IFactory() {
            @Override
            public <K> K create(Class<K> type) throws Exception {
                return type == Invocation.class
                        ? type.cast(new Invocation(nowhere, nowhere))
                        : CommandLine.defaultFactory().create(type);
            }
        });
        return line.registerConverter(Size.class, Size::parse);
    }

    private static List<String> words(String line) {
        List<String> words = new ArrayList<>();
        Matcher matcher = WORD.matcher(line);
        while (matcher.find()) {
            words.add(matcher.group(1) == null ? matcher.group(2) : matcher.group(1));
        }
        return words;
    }
}
