package org.serai.scsi.target.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.serai.cluster.HostId;
import org.serai.cluster.Membership;
import org.serai.cluster.Node;
import org.serai.cluster.Ownership;
import org.serai.database.Database;
import org.serai.database.Table;
import org.serai.database.Transaction;
import org.serai.database.Work;
import org.serai.database.jdbc.JdbcEngine;
import org.serai.ffdc.SeraiException;
import org.serai.scsi.target.lu.Erasing;
import org.serai.scsi.target.lu.Modes;
import org.serai.scsi.target.lu.UnitState;
import org.serai.scsi.target.reservation.NexusId;
import org.serai.scsi.target.reservation.Reservation;
import org.serai.scsi.target.reservation.Reservations;
import org.serai.scsi.target.reservation.Type;
import org.serai.storage.StorageError;

/** Reservations in a real database: which node may write them, what the loss of power leaves, and a crash at any step. */
class DatabaseReservationsTest {
    private static final UUID POOL = UUID.randomUUID();
    private static final UUID LU = UUID.randomUUID();
    private static final long EPOCH = 5;
    private static final NexusId HOST = new NexusId("iqn.2026-11.org.example:a,i,0x000000000001", 1);
    private static final NexusId SECOND = new NexusId("iqn.2026-11.org.example:b", 2);
    private static final Reservations STATE = new Reservations(
            3,
            true,
            Map.of(HOST, -1L, SECOND, Long.MIN_VALUE),
            Optional.of(new Reservation(Type.EXCLUSIVE_ACCESS_REGISTRANTS_ONLY, HOST)));
    private static final Reservations NEXT = new Reservations(
            4,
            false,
            Map.of(HOST, 7L, new NexusId("c", 1), 8L),
            Set.of("c"),
            Optional.of(new Reservation(Type.WRITE_EXCLUSIVE, new NexusId("c", 1))));

    @TempDir
    Path directory;

    private Database database;
    private final Host a = new Host(0);
    private final Host b = new Host(1);

    @Table("node")
    private record WholeNode(
            UUID id,
            String name,
            int slot,
            UUID incarnation,
            String instance,
            String cecSerial,
            String cecType,
            String cecModel,
            String cecSource,
            String portal,
            String transportAddress) {}

    @Table("client")
    private record ClientRow(long id, String name) {}

    @Table("pool")
    private record PoolRow(UUID id, String name, String driver, long extentBytes, String state) {}

    @Table("lu")
    private record LuRow(
            UUID id, String name, UUID pool, long client, String kind, long sizeBytes, boolean thick, String state) {}

    @Table("ownership")
    private record OwnerRow(
            String object, Optional<UUID> holder, Optional<UUID> incarnation, long epoch, String operation) {}

    /** A node, which may begin anew. */
    private final class Host {
        private final UUID id = UUID.randomUUID();
        private final int slot;
        private UUID incarnation = UUID.randomUUID();

        Host(int slot) {
            this.slot = slot;
        }

        void register() {
            database.write(tx -> tx.insert(
                    new WholeNode(id, "n" + slot, slot, incarnation, "i" + slot, "s", "t", "m", "configured", "", "")));
        }

        void beginAnew() {
            incarnation = UUID.randomUUID();
            database.write(tx -> tx.update(new NodeRow(id, incarnation)));
        }

        /** Takes the LU's lock. */
        void lock(long epoch) {
            OwnerRow row = new OwnerRow("lu:" + LU, Optional.of(id), Optional.of(incarnation), epoch, "export");
            database.write(tx -> tx.get(OwnerRow.class, row.object()).isPresent() ? tx.update(row) : tx.insert(row));
        }

        Node node() {
            HostId host = new HostId("1234567", "8286", "42A", HostId.Source.CONFIGURED);
            return new Node(id, "n" + slot, slot, incarnation, host, "", "");
        }

        DatabaseReservations store(Database over) {
            return new DatabaseReservations(over, ownership(), membership(this));
        }

        DatabaseReservations store() {
            return store(database);
        }

        DatabaseUnitStates states() {
            return new DatabaseUnitStates(database, ownership(), membership(this));
        }
    }

    private static Ownership ownership() {
        return (Ownership) proxy(Ownership.class, (method, args) -> {
            if (!method.getName().equals("owner") || args.length != 2) {
                throw new UnsupportedOperationException(method.toString());
            }
            return ((Transaction) args[0])
                    .get(OwnerRow.class, args[1])
                    .map(row -> new Ownership.Owner(
                            row.object(), row.holder(), row.incarnation(), row.epoch(), row.operation()));
        });
    }

    private Membership membership(Host self) {
        return (Membership) proxy(Membership.class, (method, args) -> switch (method.getName()) {
            case "self" -> self.node();
            case "nodes" -> List.of(a.node(), b.node());
            default -> throw new UnsupportedOperationException(method.toString());
        });
    }

    @FunctionalInterface
    private interface Answer {
        Object to(Method method, Object[] args) throws ReflectiveOperationException;
    }

    private static Object proxy(Class<?> type, Answer answer) {
        return Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (self, method, args) -> answer.to(method, args));
    }

    @BeforeEach
    void open() {
        database = JdbcEngine.embedded().open("embedded:" + directory, Map.of());
        a.register();
        b.register();
        database.write(tx -> {
            tx.insert(new ClientRow(1, "client"));
            tx.insert(new PoolRow(POOL, "pool", "extent", 0, "online"));
            return tx.insert(new LuRow(LU, "lu", POOL, 1, "data", 32768, false, "online"));
        });
        a.lock(EPOCH);
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void whatIsSavedIsLoadedHereAndElsewhere() {
        assertThat(a.store().load(LU, EPOCH)).isEqualTo(Reservations.NONE);
        a.store().save(LU, EPOCH, STATE);
        assertThat(a.store().load(LU, EPOCH)).isEqualTo(STATE);
        a.store().save(LU, EPOCH, NEXT);
        b.lock(EPOCH + 1);
        assertThat(b.store().load(LU, EPOCH + 1))
                .as("node a has not begun anew")
                .isEqualTo(NEXT);
        assertThat(a.store().targetPorts()).containsExactly(1, 2);
    }

    @Test
    void whoHasLostTheLockWritesNothing() {
        a.store().load(LU, EPOCH);
        a.store().save(LU, EPOCH, STATE);
        DatabaseReservations earlier = a.store();
        assertStale(() -> earlier.save(LU, EPOCH - 1, NEXT));
        b.lock(EPOCH + 1);
        assertStale(() -> earlier.save(LU, EPOCH, NEXT));
        assertStale(() -> earlier.save(LU, EPOCH + 1, NEXT));
        assertStale(() -> earlier.load(LU, EPOCH));
        assertThat(b.store().load(LU, EPOCH + 1)).isEqualTo(STATE);
        b.beginAnew();
        assertStale(() -> b.store().save(LU, EPOCH + 1, NEXT));
    }

    private static void assertStale(Runnable write) {
        assertThatThrownBy(write::run)
                .isInstanceOfSatisfying(
                        SeraiException.class, e -> assertThat(e.code()).isEqualTo(StorageError.STALE));
    }

    @Test
    void whatIsNotToBeKeptEndsWithTheLastNodeThatExportedTheLu() {
        a.store().load(LU, EPOCH);
        a.store().save(LU, EPOCH, NEXT);
        b.lock(EPOCH + 1);
        assertThat(b.store().load(LU, EPOCH + 1)).isEqualTo(NEXT);
        a.beginAnew();
        a.lock(EPOCH + 2);
        assertThat(a.store().load(LU, EPOCH + 2)).as("node b goes on").isEqualTo(NEXT);
        b.beginAnew();
        a.beginAnew();
        a.lock(EPOCH + 3);
        assertThat(a.store().load(LU, EPOCH + 3)).isEqualTo(Reservations.NONE);
        assertThat(a.store().load(LU, EPOCH + 3)).as("for good").isEqualTo(Reservations.NONE);
    }

    @Test
    void whatIsToBeKeptOutlivesEveryNode() {
        a.store().load(LU, EPOCH);
        a.store().save(LU, EPOCH, STATE);
        a.beginAnew();
        a.lock(EPOCH + 1);
        assertThat(a.store().load(LU, EPOCH + 1)).isEqualTo(STATE.afterPowerLoss());
        assertThat(a.store().load(LU, EPOCH + 1).keys()).isEqualTo(STATE.keys());
    }

    @Test
    void aCrashAtAnyStepLeavesTheStateBeforeOrTheStateAfter() {
        a.store().load(LU, EPOCH);
        a.store().save(LU, EPOCH, STATE);
        int steps = 0;
        for (boolean crashed = true; crashed; steps++) {
            crashed = crashes(new Dying(steps).database());
            assertThat(a.store().load(LU, EPOCH))
                    .as("after " + steps + " steps")
                    .isEqualTo(crashed ? STATE : NEXT);
        }
        assertThat(steps)
                .as("an update, a delete, an update, an insert, each with a crash before it")
                .isGreaterThan(4);
    }

    private boolean crashes(Database over) {
        try {
            a.store(over).save(LU, EPOCH, NEXT);
            return false;
        } catch (Killed killed) {
            return true;
        }
    }

    /** The process ends: nothing is caught, nothing is committed. */
    private static final class Killed extends Error {
        private static final long serialVersionUID = 1;
    }

    /** The database of a process that ends after some changes of rows. */
    private final class Dying {
        private static final Set<String> CHANGES = Set.of("insert", "update", "delete");
        private int left;

        Dying(int left) {
            this.left = left;
        }

        Database database() {
            return (Database) proxy(Database.class, (method, args) -> {
                Work<?> work = (Work<?>) args[0];
                return database.write(tx -> work.in(dying(tx)));
            });
        }

        private Transaction dying(Transaction real) {
            return (Transaction) proxy(Transaction.class, (method, args) -> {
                if (CHANGES.contains(method.getName()) && left-- == 0) {
                    throw new Killed();
                }
                try {
                    return method.invoke(real, args);
                } catch (InvocationTargetException e) {
                    throw new AssertionError(e.getCause());
                }
            });
        }
    }

    @Test
    void anLuTakesItsReservationsWithIt() {
        a.store().load(LU, EPOCH);
        a.store().save(LU, EPOCH, STATE);
        database.write(tx -> {
            tx.delete(LuRow.class, LU);
            return LU;
        });
        assertThat(database.<Integer>read(tx -> tx.list(UnitRow.class).size()
                        + tx.list(RegistrationRow.class).size()
                        + tx.list(PowerRow.class).size()))
                .isZero();
    }

    private static final Modes PROTECTED = new Modes(false, true, false);
    private static final Modes SAVED = new Modes(true, false, true);
    private static final UnitState SANITIZED = new UnitState(Erasing.SANITIZING, Optional.of(PROTECTED), SAVED);

    @Test
    void theStateOfAUnitFollowsTheLock() {
        a.lock(EPOCH);
        assertThat(a.states().load(LU, EPOCH)).isEqualTo(UnitState.NEW);
        a.store().load(LU, EPOCH);
        a.states().save(LU, EPOCH, SANITIZED);
        b.lock(EPOCH + 1);
        assertThatThrownBy(() -> a.states().save(LU, EPOCH, UnitState.NEW))
                .isInstanceOfSatisfying(
                        SeraiException.class, e -> assertThat(e.code()).isEqualTo(StorageError.STALE));
        assertThat(b.states().load(LU, EPOCH + 1)).isEqualTo(SANITIZED);
    }

    @Test
    void aLossOfPowerLeavesWhatIsSavedAndWhatIsErased() {
        a.lock(EPOCH);
        a.store().load(LU, EPOCH);
        a.states().save(LU, EPOCH, SANITIZED);
        a.beginAnew();
        a.lock(EPOCH + 1);
        UnitState left = new UnitState(Erasing.SANITIZING, Optional.empty(), SAVED);
        assertThat(a.states().load(LU, EPOCH + 1)).isEqualTo(left);
        a.store().load(LU, EPOCH + 1);
        assertThat(a.states().load(LU, EPOCH + 1)).isEqualTo(left);
    }
}
