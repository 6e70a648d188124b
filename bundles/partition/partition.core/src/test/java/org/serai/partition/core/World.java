package org.serai.partition.core;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.serai.cluster.HostId;
import org.serai.cluster.core.member.NodeRow;
import org.serai.cluster.core.ownership.ClientRow;
import org.serai.database.Database;
import org.serai.database.jdbc.JdbcEngine;
import org.serai.ffdc.SeraiException;
import org.serai.partition.LparSpec;
import org.serai.partition.PartitionError;
import org.serai.partition.core.SharedPool.LuRow;
import org.serai.partition.core.record.ImageRow;
import org.serai.storage.LuKind;

/** What all nodes of a test's cluster share: the database, the pool, and the truth about who lives and what runs. */
final class World implements AutoCloseable {
    final Path directory;
    final String url;
    final SharedPool pool = new SharedPool();
    final MemoryHypervisor.Witness witness = new MemoryHypervisor.Witness();
    final Map<UUID, TestNode> alive = new ConcurrentHashMap<>();
    final Map<String, UUID> ids = new ConcurrentHashMap<>();
    final Database database;
    private final List<TestNode> made = new ArrayList<>();

    World(Path directory) {
        this.directory = directory;
        this.url = "embedded:" + directory.resolve("db");
        this.database = JdbcEngine.embedded().open(url, Map.of());
        database.write(tx -> {
            tx.insert(pool.row().orElseThrow());
            tx.insert(new ClientRow(tx.next("client"), "acme"));
            return tx.insert(new ClientRow(tx.next("client"), "other"));
        });
        write("kernel", "a kernel");
        write("initrd", "a RAM disk");
    }

    Path write(String name, String content) {
        try {
            return Files.writeString(directory.resolve(name), content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts a node, for the first time or again. */
    TestNode node(String name) {
        UUID id = ids.computeIfAbsent(name, n -> UUID.randomUUID());
        UUID incarnation = UUID.randomUUID();
        database.write(tx -> {
            Optional<NodeRow> old = tx.get(NodeRow.class, id);
            NodeRow row = new NodeRow(
                    id,
                    name,
                    old.map(NodeRow::slot).orElse(ids.size()),
                    incarnation,
                    "instance of " + name,
                    "S" + name,
                    "T",
                    "M",
                    HostId.Source.CONFIGURED,
                    "127.0.0.1:3260",
                    "");
            return old.isPresent() ? tx.update(row) : tx.insert(row);
        });
        TestNode node = new TestNode(this, name, id, incarnation);
        alive.put(id, node);
        made.add(node);
        node.begin();
        return node;
    }

    UUID lu(String name, long client, LuKind kind, long sizeBytes) {
        UUID id = UUID.randomUUID();
        database.write(tx -> tx.insert(new LuRow(id, name, SharedPool.ID, client, kind, sizeBytes, false, "online")));
        alive.values().forEach(n -> n.catchUp(database.revision()));
        return id;
    }

    LparSpec spec(String name, String... lus) {
        return new LparSpec(
                name,
                "acme",
                Optional.empty(),
                4 << 20,
                1,
                directory.resolve("kernel"),
                directory.resolve("initrd"),
                Optional.empty(),
                List.of(lus));
    }

    List<LuRow> hibernationLus() {
        return database.read(tx -> tx.list(LuRow.class)).stream()
                .filter(l -> l.kind() == LuKind.HIBERNATION)
                .toList();
    }

    List<ImageRow> images() {
        return database.read(tx -> tx.list(ImageRow.class));
    }

    /** The rows of objects that somebody holds, by object. */
    List<String> held() {
        return database.read(tx -> tx.list(org.serai.cluster.core.ownership.OwnershipRow.class)).stream()
                .filter(o -> o.holder().isPresent())
                .map(o -> o.object())
                .toList();
    }

    @Override
    public void close() {
        made.forEach(TestNode::kill);
        made.forEach(TestNode::closeDatabase);
        database.close();
    }

    /** Does something as soon as nothing else is done with its partition, as the last of a recovery may be. */
    static void whenFree(Runnable work) {
        await().pollInSameThread()
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(5))
                .ignoreExceptionsMatching(
                        e -> e instanceof SeraiException refused && refused.code() == PartitionError.WRONG_STATE)
                .until(() -> {
                    work.run();
                    return true;
                });
    }
}
