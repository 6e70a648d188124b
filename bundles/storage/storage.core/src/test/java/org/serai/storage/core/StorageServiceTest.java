package org.serai.storage.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.serai.cluster.ClusterError;
import org.serai.cluster.DeathProof;
import org.serai.cluster.Grant;
import org.serai.ffdc.SeraiException;
import org.serai.storage.DataChecksum;
import org.serai.storage.Lu;
import org.serai.storage.LuKind;
import org.serai.storage.LuSpec;
import org.serai.storage.OpenLu;
import org.serai.storage.Pool;
import org.serai.storage.PoolSpec;
import org.serai.storage.PoolSpec.PvSpec;
import org.serai.storage.Pv;
import org.serai.storage.StorageError;
import org.serai.storage.core.catalog.FillThresholds;
import org.serai.storage.core.catalog.LuRow;
import org.serai.storage.core.catalog.PoolRow;
import org.serai.storage.core.catalog.PvRow;
import org.serai.storage.core.catalog.RowState;
import org.serai.storage.core.catalog.TierRow;
import org.serai.storage.core.pool.PoolOperations;
import org.serai.storage.extent.ExtentDriver;
import org.slf4j.LoggerFactory;

class StorageServiceTest extends Nodes {
    private PoolSpec spec(String name, String driver) {
        String path = folder.resolve(name + ".pv").toString();
        return new PoolSpec(name, driver, List.of(new PvSpec(path, OptionalLong.of(64 * MIB))), OptionalLong.empty());
    }

    private static LuSpec lu(String name) {
        return new LuSpec(name, "p", 1, LuKind.DATA, 16 * MIB, false);
    }

    private static ByteBuffer block(int value) {
        return ByteBuffer.allocateDirect(512).putInt(0, value);
    }

    private static int readBlock(OpenLu lu) {
        ByteBuffer found = ByteBuffer.allocateDirect(512);
        lu.read(0, found);
        return found.getInt(0);
    }

    @Test
    void anLuIsMadeOpenedWrittenReadAndDeleted() {
        Pool pool = a.storage.createPool(spec("p", "extent"));
        assertThat(pool.attached()).isTrue();
        assertThat(a.attached).containsExactly(pool.id());
        assertThat(pool.protections()).anyMatch(word -> word.contains("watchdog"));
        Lu made = a.storage.createLu(lu("disk"));
        assertThat(made.state()).isEqualTo("online");
        assertThat(made.lock()).isEmpty();
        try (OpenLu open = a.storage.open(made.id(), 1, "a test")) {
            open.write(0, block(42));
            open.flush();
            assertThat(readBlock(open)).isEqualTo(42);
            Lu held = a.storage.lu("disk");
            assertThat(held.usedBytes()).isEqualTo(pool.extentBytes());
            assertThat(held.lock()).map(Lu.Lock::operation).contains("a test");
            assertThat(held.lock()).map(Lu.Lock::nodeName).contains("a");
            assertThat(assertFails(StorageError.LU_LOCKED, () -> a.storage.deleteLu("disk"))
                            .reason())
                    .contains("a test");
        }
        assertThat(a.storage.check("p").errors()).isEmpty();
        a.storage.deleteLu("disk");
        assertThat(a.storage.lus()).isEmpty();
        assertThat(a.storage.pool("p").usedBytes()).isZero();
        a.storage.deletePool("p");
        assertThat(a.storage.pools()).isEmpty();
        assertThat(a.attached).isEmpty();
        assertThat(folder.resolve("p.pv")).doesNotExist();
    }

    @Test
    void wrongNamesAndSizesAreRefused() {
        a.storage.createPool(spec("p", "simulated"));
        assertFails(ClusterError.BAD_NAME, () -> a.storage.createPool(spec("../x", "simulated")));
        assertFails(StorageError.POOL_EXISTS, () -> a.storage.createPool(spec("p", "simulated")));
        assertFails(StorageError.NO_SUCH_DRIVER, () -> a.storage.createPool(spec("q", "rbd")));
        assertFails(StorageError.NO_SUCH_POOL, () -> a.storage.pool("q"));
        assertFails(StorageError.NO_SUCH_LU, () -> a.storage.lu("q"));
        assertFails(StorageError.NO_SUCH_LU, () -> a.storage.open(UUID.randomUUID(), 1, "x"));
        assertFails(StorageError.BAD_SIZE, () -> a.storage.createLu(new LuSpec("l", "p", 1, LuKind.DATA, 1000, false)));
        assertFails(
                ClusterError.NO_SUCH_CLIENT,
                () -> a.storage.createLu(new LuSpec("l", "p", 77, LuKind.DATA, 1024, false)));
        assertFails(
                StorageError.BAD_SIZE, () -> a.storage.createLu(new LuSpec("l", "p", 1, LuKind.DATA, 1L << 60, false)));
        a.storage.createLu(lu("l"));
        assertFails(StorageError.LU_EXISTS, () -> a.storage.createLu(lu("l")));
        assertFails(StorageError.POOL_NOT_EMPTY, () -> a.storage.deletePool("p"));
        assertThat(a.storage.lus()).extracting(Lu::name).containsExactly("l");
        assertThat(a.ownership.owners()).isEmpty();
    }

    @Test
    void aPvOfAnotherPoolIsRefusedByItsName() {
        a.storage.createPool(spec("p", "extent"));
        PoolSpec second = new PoolSpec("q", "extent", spec("p", "extent").pvs(), OptionalLong.empty());
        assertThat(assertFails(StorageError.PV_IN_USE, () -> a.storage.createPool(second))
                        .reason())
                .contains("pool p");
        assertThat(a.storage.pools()).extracting(Pool::name).containsExactly("p");
    }

    @Test
    void anotherClientIsRefusedAndThatIsLoggedAsASecurityEvent() {
        a.storage.createPool(spec("p", "simulated"));
        Lu made = a.storage.createLu(lu("disk"));
        Logger security = (Logger) LoggerFactory.getLogger("org.serai.security");
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        security.addAppender(lines);
        try {
            assertFails(StorageError.WRONG_CLIENT, () -> a.storage.open(made.id(), 2, "spying"));
        } finally {
            security.detachAppender(lines);
        }
        assertThat(lines.list).hasSize(1);
        assertThat(lines.list.getFirst().getFormattedMessage()).contains("disk", "spying");
        assertThat(a.storage.lu("disk").lock()).isEmpty();
    }

    @Test
    void aPoolThatCannotBeMadeLeavesNothing() {
        a.attachFails = true;
        assertFails(ClusterError.FENCED, () -> a.storage.createPool(spec("p", "extent")));
        assertThat(a.storage.pools()).isEmpty();
        assertThat(folder.resolve("p.pv")).doesNotExist();
        assertThat(a.journal.open(PoolOperations.CREATE)).isEmpty();
        a.attachFails = false;
        a.storage.createPool(spec("p", "extent"));
    }

    @Test
    void nothingIsServedWhileTheFenceIsClosed() {
        a.storage.createPool(spec("p", "extent"));
        Lu made = a.storage.createLu(lu("disk"));
        OpenLu open = a.storage.open(made.id(), 1, "x");
        open.write(0, block(1));
        open.flush();
        a.open = false;
        assertFails(ClusterError.FENCED, () -> open.write(0, block(2)));
        assertFails(ClusterError.FENCED, () -> readBlock(open));
        assertFails(ClusterError.FENCED, open::flush);
        a.open = true;
        assertThat(readBlock(open)).isEqualTo(1);
        assertFails(StorageError.OUT_OF_RANGE, () -> open.write(100, block(1)));
        assertFails(StorageError.OUT_OF_RANGE, () -> open.write(16 * MIB, block(1)));
        assertFails(StorageError.OUT_OF_RANGE, () -> open.write(-512, block(1)));
        a.open = false;
        open.close();
        assertThat(a.ownership.owner("lu:" + made.id()).flatMap(o -> o.holder()))
                .isEmpty();
    }

    @Test
    void otherNodesAttachByThemselvesAndALockIsRefusedNamingItsHolder() {
        TestNode b = node("b", UUID.randomUUID());
        Pool pool = a.storage.createPool(spec("p", "extent"));
        awaitAttached(b, pool);
        Lu made = a.storage.createLu(lu("disk"));
        OpenLu open = a.storage.open(made.id(), 1, "running lpar one");
        open.write(0, block(7));
        SeraiException refused = assertFails(StorageError.LU_LOCKED, () -> b.storage.open(made.id(), 1, "stealing"));
        assertThat(refused.reason()).contains("running lpar one");
        open.close();
        try (OpenLu again = b.storage.open(made.id(), 1, "x")) {
            assertThat(readBlock(again)).isEqualTo(7);
            assertThat(again.epoch()).isGreaterThan(open.epoch());
        }
        b.storage.deleteLu("disk");
        await().until(() -> a.storage.lus().isEmpty());
        a.storage.deletePool("p");
        await().until(() -> b.attached.isEmpty());
    }

    @Test
    void aDeadHoldersLuIsTakenOverAndItsSpaceLockToo() {
        TestNode b = node("b", UUID.randomUUID());
        for (String driver : List.of("extent", "simulated")) {
            awaitAttached(b, a.storage.createPool(spec(driver, driver)));
        }
        List<OpenLu> held = new ArrayList<>();
        for (String driver : List.of("extent", "simulated")) {
            Lu made = a.storage.createLu(new LuSpec("disk-" + driver, driver, 1, LuKind.DATA, 16 * MIB, false));
            OpenLu open = a.storage.open(made.id(), 1, "x");
            open.write(0, block(9));
            open.flush();
            held.add(open);
            a.ownership.acquire("space:" + made.pool(), "dying in the middle");
        }
        a.die();
        for (String driver : List.of("extent", "simulated")) {
            Lu lu = b.storage.lu("disk-" + driver);
            b.dead.add(a.id);
            DeathProof proof = b.prove(a.id, a.incarnation, told -> {});
            OpenLu taken = b.storage.takeOver(lu.id(), 1, "restarting", proof);
            assertThat(readBlock(taken)).isEqualTo(9);
            taken.write(8 * MIB, block(1));
            taken.flush();
            b.storage.createLu(new LuSpec("more-" + driver, driver, 1, LuKind.DATA, 16 * MIB, false));
            assertThat(b.storage.check(driver).errors()).isEmpty();
            taken.close();
        }
        a.open = true;
        assertFails(StorageError.STALE, () -> {
            held.getFirst().write(4 * MIB, block(2));
            held.getFirst().flush();
        });
        assertFails(StorageError.STALE, () -> held.getLast().write(0, block(2)));
    }

    @Test
    void whatADeadNodeLeftHalfMadeOrHalfDeletedIsCleared() {
        TestNode b = node("b", UUID.randomUUID());
        Pool pool = a.storage.createPool(spec("p", "extent"));
        awaitAttached(b, pool);
        Lu made = a.storage.createLu(lu("half-deleted"));
        Grant grant = a.ownership.acquire("lu:" + made.id(), "being deleted");
        a.die();
        LuRow row = b.database.read(t -> t.get(LuRow.class, made.id())).orElseThrow();
        LuRow half = LuRow.made(
                UUID.randomUUID(),
                "half-made",
                b.database.view(TierRow.class).get(pool.id()).orElseThrow(),
                pool.id(),
                1,
                LuKind.DATA,
                MIB,
                false);
        b.database.write(t -> {
            t.update(row.in(RowState.DELETING));
            return t.insert(half);
        });
        // The half-deleted one stays while its owner may be at it; its death changes nothing in the database.
        await().until(() -> b.storage.lus().stream().map(Lu::name).toList().equals(List.of("half-deleted")));
        b.dead.add(a.id);
        await().until(() -> b.storage.lus().isEmpty());
        await().until(() -> b.storage.pool("p").usedBytes() == 0);
        assertThat(grant.epoch()).isPositive();
    }

    @Test
    void aPoolThatWasHalfMadeIsUndoneWhenItsNodeStartsAgain() throws Exception {
        PoolRow half = new PoolRow(
                UUID.randomUUID(), "p", "extent", 0, RowState.CREATING, DataChecksum.NONE, 1, FillThresholds.USUAL);
        String path = folder.resolve("p.pv").toString();
        a.journal.begin(PoolOperations.CREATE, "pool:" + half.id(), "{}");
        a.database.write(t -> {
            t.insert(half);
            return t.insert(new PvRow(UUID.randomUUID(), half.id(), 0, path, 0, Pv.State.ONLINE));
        });
        assertFails(StorageError.POOL_IN_USE, () -> a.storage.deletePool("p"));
        a.die();
        TestNode again = node("a", a.id);
        await().until(() -> again.storage.pools().isEmpty());
        await().until(() -> again.journal.open(PoolOperations.CREATE).isEmpty());
        assertThat(Files.exists(Path.of(path))).isFalse();
        again.storage.createPool(spec("p", "extent"));
    }

    @Test
    void anLuThatIsExportedIsNotDeleted() {
        a.storage.createPool(spec("p", "simulated"));
        Lu made = a.storage.createLu(lu("disk"));
        UUID export = UUID.randomUUID();
        a.database.write(t -> t.insert(new LuExportRow(
                export, made.id(), a.id, "iqn.t", Optional.empty(), Optional.empty(), Optional.empty())));
        assertFails(StorageError.LU_LOCKED, () -> a.storage.deleteLu("disk"));
        assertThat(a.storage.lu("disk").state()).isEqualTo("online");
        a.storage.open(made.id(), 1, "x").close();
        a.database.write(t -> {
            t.delete(LuExportRow.class, export);
            return export;
        });
        a.storage.deleteLu("disk");
    }

    /** A row that needs an LU. */
    @org.serai.database.Table("lu_export")
    public record LuExportRow(
            UUID id,
            UUID lu,
            UUID node,
            String target,
            Optional<String> initiator,
            Optional<String> chapUser,
            Optional<String> chapSecret) {}

    @Test
    void aPoolComesWithItsDriverAndGoesWithIt() {
        Pool pool = a.storage.createPool(spec("p", "simulated"));
        Lu made = a.storage.createLu(lu("disk"));
        a.storage.remove("simulated", simulated);
        assertThat(a.storage.pool("p").attached()).isFalse();
        assertFails(StorageError.NO_SUCH_DRIVER, () -> a.storage.open(made.id(), 1, "x"));
        a.storage.add("simulated", simulated);
        awaitAttached(a, pool);
        a.storage.open(made.id(), 1, "x").close();
    }

    @Test
    void anOpenLuGoesOnWithTheNextDriverUnderItsLock() {
        Pool pool = a.storage.createPool(spec("p", "simulated"));
        Lu made = a.storage.createLu(lu("disk"));
        OpenLu open = a.storage.open(made.id(), 1, "x");
        open.write(0, block(7));
        long before = open.epoch();

        a.storage.remove("simulated", simulated);
        assertThat(assertFails(StorageError.LU_CLOSED, () -> readBlock(open)))
                .hasMessageContaining("its storage driver simulated has gone");
        assertThat(a.storage.lu("disk").lock()).isPresent();
        assertFails(StorageError.NO_SUCH_DRIVER, () -> a.storage.open(made.id(), 1, "y"));

        a.storage.add("simulated", simulated);
        awaitAttached(a, pool);
        await().untilAsserted(() -> assertThat(readBlock(open)).isEqualTo(7));
        assertThat(open.epoch()).isGreaterThan(before);
        assertFails(StorageError.LU_LOCKED, () -> a.storage.open(made.id(), 1, "y"));
        open.close();
        assertThat(a.storage.lu("disk").lock()).isEmpty();
    }

    @Test
    void anLuThatIsClosedWhileItsDriverIsAwayIsFree() {
        Pool pool = a.storage.createPool(spec("p", "simulated"));
        Lu made = a.storage.createLu(lu("disk"));
        OpenLu open = a.storage.open(made.id(), 1, "x");
        a.storage.remove("simulated", simulated);
        open.close();
        assertThat(a.storage.lu("disk").lock()).isEmpty();
        a.storage.add("simulated", simulated);
        awaitAttached(a, pool);
        assertFails(StorageError.LU_CLOSED, () -> readBlock(open));
    }

    @Test
    void poolsGoOverToAnotherDriverOfThatName() {
        Pool pool = a.storage.createPool(spec("p", "extent"));
        Lu made = a.storage.createLu(lu("disk"));
        OpenLu open = a.storage.open(made.id(), 1, "x");
        open.write(0, block(7));
        ExtentDriver newer = new ExtentDriver();
        a.storage.add("extent", newer);
        a.storage.remove("extent", extent);
        awaitAttached(a, pool);
        await().untilAsserted(() -> assertThat(readBlock(open)).isEqualTo(7));
        open.close();
    }
}
