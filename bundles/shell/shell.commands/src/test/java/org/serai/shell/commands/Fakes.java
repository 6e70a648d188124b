package org.serai.shell.commands;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.serai.cluster.Client;
import org.serai.cluster.Clients;
import org.serai.cluster.Cluster;
import org.serai.cluster.ClusterError;
import org.serai.cluster.HostId;
import org.serai.cluster.Liveness;
import org.serai.cluster.Membership;
import org.serai.cluster.Node;
import org.serai.partition.Lpar;
import org.serai.partition.LparState;
import org.serai.partition.PartitionError;
import org.serai.partition.Partitions;
import org.serai.shell.DryRun;
import org.serai.shell.Invocation;
import org.serai.storage.Lu;
import org.serai.storage.LuKind;
import org.serai.storage.Plan;
import org.serai.storage.Pool;
import org.serai.storage.PoolSpec;
import org.serai.storage.Storage;
import org.serai.storage.StorageError;
import picocli.CommandLine;

/** Services that answer a few questions from fixed data; whatever else is asked of them fails the test. */
public final class Fakes {
    public static final UUID NODE_A = new UUID(0, 1);
    public static final UUID NODE_B = new UUID(0, 2);
    public static final UUID POOL = new UUID(0, 3);
    public static final HostId HOST = new HostId("06A1B2C", "9009", "22A", HostId.Source.CONFIGURED);

    private Fakes() {}

    /** A service whose methods are answered by name, from their arguments. */
    public static <T> T service(Class<T> type, Map<String, Function<Object[], Object>> answers) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, args) -> {
            Function<Object[], Object> answer = answers.get(method.getName());
            if (answer == null) {
                throw new AssertionError(type.getSimpleName() + "." + method.getName() + " was not expected");
            }
            return answer.apply(args);
        }));
    }

    public static Invocation invocation(String... args) {
        PrintStream nowhere = new PrintStream(new ByteArrayOutputStream());
        Invocation invocation = new Invocation(nowhere, nowhere);
        new CommandLine(invocation).parseArgs(args);
        return invocation;
    }

    public static DryRun dryRun(String... args) {
        DryRun dryRun = new DryRun();
        new CommandLine(dryRun).parseArgs(args);
        return dryRun;
    }

    /** A node that belongs to no cluster. */
    public static NodeServices alone() {
        NodeServices services = new NodeServices();
        services.set(
                Cluster.class,
                service(
                        Cluster.class,
                        Map.of(
                                "membership", args -> Optional.empty(),
                                "state", args -> "alone: the node belongs to no cluster",
                                "self", args -> new Cluster.Self(NODE_A, "cec-a", new UUID(0, 9), HOST))));
        return services;
    }

    /** Node cec-a, in a cluster with cec-b that is dead; client acme has disk1, held by cec-a, and disk2. */
    public static NodeServices member(LparState state) {
        NodeServices services = new NodeServices();
        List<Node> nodes = List.of(node(NODE_A, "cec-a"), node(NODE_B, "cec-b"));
        services.set(Membership.class, membership(nodes));
        services.set(Liveness.class, service(Liveness.class, Map.of("seen", args -> seen((UUID) args[0]))));
        services.set(Clients.class, clients());
        services.set(Storage.class, storage());
        services.set(Partitions.class, partitions(state));
        return services;
    }

    private static Liveness.Seen seen(UUID node) {
        return node.equals(NODE_A)
                ? new Liveness.Seen(Liveness.State.ALIVE, 0)
                : new Liveness.Seen(Liveness.State.DEAD, 20_000);
    }

    private static Node node(UUID id, String name) {
        return new Node(id, name, (int) id.getLeastSignificantBits(), new UUID(0, 9), HOST, "127.0.0.1:3260", "");
    }

    private static Membership membership(List<Node> nodes) {
        return service(
                Membership.class,
                Map.of(
                        "nodes", args -> nodes,
                        "self", args -> nodes.getFirst(),
                        "node",
                                args -> args[0] instanceof UUID id
                                        ? nodes.stream()
                                                .filter(node -> node.id().equals(id))
                                                .findFirst()
                                        : nodes.stream()
                                                .filter(node -> node.name().equals(args[0]))
                                                .findFirst()
                                                .orElseThrow(() -> ClusterError.NO_SUCH_NODE.error(
                                                        "no node " + args[0], "it is not registered", "node:list"))));
    }

    private static Clients clients() {
        Client acme = new Client(1, "acme");
        return service(
                Clients.class,
                Map.of(
                        "all",
                        args -> List.of(acme),
                        "client",
                        args -> args[0] instanceof Long id
                                ? Optional.of(acme).filter(client -> client.id() == id)
                                : Optional.of(acme)
                                        .filter(client -> client.name().equals(args[0]))
                                        .orElseThrow(() -> ClusterError.NO_SUCH_CLIENT.error(
                                                "no client " + args[0], "nobody made it", "client:list"))));
    }

    private static Storage storage() {
        Optional<Lu.Lock> lock = Optional.of(new Lu.Lock(NODE_A, "cec-a", "export", 4));
        List<Lu> lus = List.of(lu("disk1", lock), lu("disk2", Optional.empty()));
        Pool pool = new Pool(
                POOL, "pool1", "extent", true, List.of(), 1 << 20, 4L << 30, 1L << 30, 2L << 30, List.of("watchdog"));
        return service(
                Storage.class,
                Map.of(
                        "pools", args -> List.of(pool),
                        "planPool", args -> planPool((PoolSpec) args[0]),
                        "pool",
                                args -> Optional.of(pool)
                                        .filter(each -> each.name().equals(args[0]))
                                        .orElseThrow(() -> StorageError.NO_SUCH_POOL.error(
                                                "no pool " + args[0], "nobody made it", "pool:list")),
                        "lus", args -> lus,
                        "lu",
                                args -> lus.stream()
                                        .filter(each -> each.name().equals(args[0]))
                                        .findFirst()
                                        .orElseThrow(() -> StorageError.NO_SUCH_LU.error(
                                                "no LU " + args[0], "nobody made it", "lu:list"))));
    }

    private static Plan planPool(PoolSpec spec) {
        return spec.name().equals("pool1")
                ? new Plan(
                        List.of(), List.of(StorageError.POOL_EXISTS.error("a pool pool1 is there", "names", "another")))
                : new Plan(List.of("make pool " + spec.name()), List.of());
    }

    private static Lu lu(String name, Optional<Lu.Lock> lock) {
        return new Lu(
                UUID.nameUUIDFromBytes(name.getBytes(java.nio.charset.StandardCharsets.UTF_8)),
                name,
                POOL,
                "pool1",
                1,
                LuKind.DATA,
                1L << 30,
                0,
                false,
                "online",
                lock);
    }

    private static Partitions partitions(LparState state) {
        Lpar lpar = new Lpar(
                new UUID(0, 5),
                "web1",
                "acme",
                state,
                Optional.of("cec-b"),
                3,
                "qemu",
                Optional.of("tcg"),
                128 << 20,
                1,
                List.of(new Lpar.Adapter(7, "U9009.22A.06A1B2C-V3-C2", 2, List.of("disk1"))),
                Optional.empty(),
                Optional.empty());
        return service(
                Partitions.class,
                Map.of(
                        "all",
                        args -> List.of(lpar),
                        "lpar",
                        args -> Optional.of(lpar)
                                .filter(each -> each.name().equals(args[0]))
                                .orElseThrow(() -> PartitionError.NO_SUCH_LPAR.error(
                                        "no partition " + args[0], "nobody made it", "lpar:list"))));
    }
}
