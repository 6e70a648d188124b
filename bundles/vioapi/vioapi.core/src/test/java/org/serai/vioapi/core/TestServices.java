package org.serai.vioapi.core;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.serai.cluster.Clients;
import org.serai.cluster.Cluster;
import org.serai.cluster.HostId;
import org.serai.cluster.Membership;
import org.serai.cluster.Node;
import org.serai.cluster.core.ownership.DatabaseClients;
import org.serai.database.Database;
import org.serai.database.jdbc.JdbcEngine;
import org.serai.vioapi.VioApiError;
import org.serai.vioapi.core.call.Domains;

/** A member with a real database, and services that answer a few questions; whatever else they are asked fails. */
final class TestServices implements Domains, AutoCloseable {
    static final HostId HOST = new HostId("06A1B2C", "9009", "22A", HostId.Source.CONFIGURED);
    static final UUID NODE = new UUID(0, 1);

    private final Map<Class<?>, Object> services = new ConcurrentHashMap<>();
    private final Database database;
    private volatile UUID incarnation;

    TestServices(Path folder, UUID incarnation) {
        this.incarnation = incarnation;
        database = JdbcEngine.embedded().open("embedded:" + folder.resolve("vios.db"), Map.of());
        put(Database.class, database);
        put(Clients.class, new DatabaseClients(database));
        put(
                Cluster.class,
                Map.of(
                        "self", _ -> new Cluster.Self(NODE, "node-a", this.incarnation, HOST),
                        "state", _ -> "member of site",
                        "membership", _ -> find(Membership.class)));
        put(
                Membership.class,
                Map.of(
                        "self", _ -> self(),
                        "nodes", _ -> List.of(self()),
                        "node",
                                args -> args[0] instanceof UUID id
                                        ? Optional.of(self())
                                                .filter(node -> node.id().equals(id))
                                        : self(),
                        "cluster", _ -> new Membership.ClusterInfo(new UUID(0, 5), "site", 1000, 8000, 2000)));
    }

    private Node self() {
        return new Node(NODE, "node-a", 0, incarnation, HOST, "", "");
    }

    /** The node has been started again. */
    void restart(UUID next) {
        incarnation = next;
    }

    Database database() {
        return database;
    }

    <T> void put(Class<T> type, T service) {
        services.put(type, service);
    }

    <T> void put(Class<T> type, Map<String, Function<Object[], Object>> answers) {
        InvocationHandler handler = (_, method, args) -> {
            Function<Object[], Object> answer = answers.get(method.getName());
            if (answer == null) {
                throw new AssertionError(type.getSimpleName() + "." + method.getName() + " was not expected");
            }
            return answer.apply(args);
        };
        services.put(type, Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    @Override
    public <T> Optional<T> find(Class<T> type) {
        return Optional.ofNullable(type.cast(services.get(type)));
    }

    @Override
    public <T> T get(Class<T> type) {
        return find(type).orElseThrow(() -> VioApiError.UNAVAILABLE.error("It is not there", type.getName(), "wait"));
    }

    @Override
    public void close() {
        database.close();
    }
}
