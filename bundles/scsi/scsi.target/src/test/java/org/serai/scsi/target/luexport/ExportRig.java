package org.serai.scsi.target.luexport;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.serai.cluster.Node;
import org.serai.database.Database;
import org.serai.database.jdbc.JdbcEngine;
import org.serai.scsi.LuExports.Admitted;
import org.serai.storage.Lu;

/** Two nodes, and an LU that none of them exports yet. */
abstract class ExportRig {
    static final Node A = TestCluster.node(UUID.randomUUID(), "cec-a", 0);
    static final Node B = TestCluster.node(UUID.randomUUID(), "cec-b", 1);
    static final Admitted ANYONE = new Admitted(Optional.empty());
    private static final UUID POOL = UUID.randomUUID();

    final TestNode.Shared shared = new TestNode.Shared();

    @TempDir
    Path directory;

    Database database;
    TestNode a;
    TestNode b;
    Lu disk;

    @BeforeEach
    void start() {
        database = JdbcEngine.embedded().open("embedded:" + directory, Map.of());
        database.write(transaction -> {
            transaction.insert(row(A));
            transaction.insert(row(B));
            transaction.insert(new Rows.ClientRow(1, "client"));
            return transaction.insert(new Rows.PoolRow(POOL, "pool", "extent", 0, "online"));
        });
        disk = lu("disk");
        a = new TestNode(A, B, database, shared);
        b = new TestNode(B, A, database, shared);
    }

    private static Rows.NodeRow row(Node node) {
        return new Rows.NodeRow(
                node.id(),
                node.name(),
                node.slot(),
                node.incarnation(),
                node.name(),
                "s",
                "t",
                "m",
                "configured",
                "",
                "");
    }

    Lu lu(String name) {
        Lu lu = shared.storage.add(name, POOL);
        database.write(transaction ->
                transaction.insert(new Rows.LuRow(lu.id(), name, POOL, 1, "data", 32768, false, "online")));
        return lu;
    }

    @AfterEach
    void stop() {
        a.stop();
        b.stop();
        database.close();
    }
}
