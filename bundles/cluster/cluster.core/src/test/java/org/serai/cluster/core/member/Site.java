package org.serai.cluster.core.member;

import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import org.serai.cluster.HostId;
import org.serai.cluster.core.event.EventLog;
import org.serai.cluster.core.identity.Instance;
import org.serai.cluster.core.liveness.ThisMachine;
import org.serai.cluster.core.liveness.Timing;
import org.serai.cluster.core.member.ClusterNode.Surroundings;
import org.serai.cluster.core.time.ThreadRounds;
import org.serai.database.Database;
import org.serai.database.jdbc.JdbcEngine;

/** Makes nodes with the embedded database and the real watchdog, which watches the process of the test. */
final class Site {
    /** Long enough that no watchdog ever ends the tests. */
    private static final Timing TIMING = new Timing(100, 600_000, 1000);

    private final Path watchdog;
    /** What a node does that takes the cluster's bundles. */
    BiConsumer<String, Database> fetching = (_, _) -> {};

    private final Map<ClusterNode, Map<Class<?>, Object>> offered = new HashMap<>();

    Site(Path watchdog) {
        this.watchdog = watchdog;
    }

    ClusterNode node(Path directory, String name) {
        var services = new ConcurrentHashMap<Class<?>, Object>();
        var instance = Instance.open(directory, UUID::randomUUID);
        var node = new ClusterNode(
                instance,
                name,
                new HostId("1", "S", "V", HostId.Source.CONFIGURED),
                new Surroundings(
                        new ThisMachine(watchdog, instance.run(), Optional.empty()),
                        TIMING,
                        System::nanoTime,
                        new ThreadRounds(),
                        UUID::randomUUID,
                        new SecureRandom(),
                        Optional.empty(),
                        EventLog.KEPT,
                        database -> fetching.accept(name, database),
                        new Services() {
                            @Override
                            public <S> Runnable offer(Class<S> type, S service) {
                                services.put(type, service);
                                return () -> services.remove(type);
                            }
                        }));
        offered.put(node, services);
        node.addEngine(JdbcEngine.embedded());
        return node;
    }

    /** What comes with a membership may come some moments after it. */
    <S> S service(ClusterNode node, Class<S> type) {
        return type.cast(await().until(() -> offered.get(node).get(type), Objects::nonNull));
    }

    boolean offersNothing(ClusterNode node) {
        return offered.get(node).isEmpty();
    }

    void stopAll() {
        offered.keySet().forEach(ClusterNode::stop);
    }
}
