package org.serai.storage.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.serai.ffdc.ErrorCode;
import org.serai.ffdc.SeraiException;
import org.serai.storage.Lu;
import org.serai.storage.LuKind;
import org.serai.storage.LuSpec;
import org.serai.storage.OpenLu;
import org.serai.storage.Pool;
import org.serai.storage.PoolSpec;
import org.serai.storage.PoolSpec.PvSpec;
import org.serai.storage.TierName;
import org.serai.storage.extent.ExtentDriver;
import org.serai.storage.simulated.SimulatedDriver;

/** Nodes of one cluster that share a database and the simulated driver. */
abstract class Nodes {
    static final long MIB = 1024 * 1024;

    @TempDir
    Path folder;

    final SimulatedDriver simulated = new SimulatedDriver();
    final ExtentDriver extent = new ExtentDriver();
    private final List<TestNode> nodes = new ArrayList<>();
    TestNode a;

    @BeforeEach
    void startOneNode() {
        a = node("a", UUID.randomUUID());
    }

    @AfterEach
    void stop() {
        nodes.forEach(TestNode::close);
    }

    TestNode node(String name, UUID id) {
        TestNode node = new TestNode(folder, id, name, nodes.size());
        nodes.add(node);
        node.storage.add("simulated", simulated);
        node.storage.add("extent", extent);
        return node;
    }

    /** The driver of the pools that are made. */
    String driver() {
        return "simulated";
    }

    /** The driver goes away at a node. */
    void removeDriver(TestNode node) {
        node.storage.remove(driver(), driver().equals("extent") ? extent : simulated);
    }

    /** The driver comes back at a node. */
    void addDriver(TestNode node) {
        node.storage.add(driver(), driver().equals("extent") ? extent : simulated);
    }

    /** A pool of that many PVs of 64 MiB. */
    Pool pool(String name, int pvs) {
        List<PvSpec> specs = IntStream.range(0, pvs)
                .mapToObj(pv -> new PvSpec(pv(name, pv), OptionalLong.of(64 * MIB)))
                .toList();
        return a.storage.createPool(new PoolSpec(name, driver(), specs, OptionalLong.empty()));
    }

    String pv(String pool, int number) {
        return folder.resolve(pool + number + ".pv").toString();
    }

    Lu lu(String name, String tier) {
        return a.storage.createLu(new LuSpec(name, TierName.of(tier), 1, LuKind.DATA, 16 * MIB, false));
    }

    /** Looks at once and then often: what is waited for a thousand times is nearly always there. */
    static ConditionFactory soon() {
        return await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(5));
    }

    static void awaitAttached(TestNode node, Pool pool) {
        soon().until(() -> node.storage.pools().stream().anyMatch(p -> p.id().equals(pool.id()) && p.attached()));
    }

    static void write(OpenLu lu, long offset, int value) {
        lu.write(offset, ByteBuffer.allocateDirect(512).putInt(0, value));
    }

    static int read(OpenLu lu, long offset) {
        ByteBuffer found = ByteBuffer.allocateDirect(512);
        lu.read(offset, found);
        return found.getInt(0);
    }

    /** Opens, writes one block, closes. */
    static void put(TestNode node, Lu lu, long offset, int value) {
        try (OpenLu open = node.storage.open(lu.id(), 1, "putting")) {
            write(open, offset, value);
        }
    }

    static int get(TestNode node, String lu, long offset) {
        try (OpenLu open = node.storage.open(node.storage.lu(lu).id(), 1, "getting")) {
            return read(open, offset);
        }
    }

    static SeraiException assertFails(ErrorCode code, ThrowingCallable call) {
        SeraiException thrown = catchThrowableOfType(SeraiException.class, call);
        assertThat(thrown).as("an error %s", code).isNotNull();
        assertThat(thrown.code()).as(thrown.getMessage()).isEqualTo(code);
        return thrown;
    }
}
