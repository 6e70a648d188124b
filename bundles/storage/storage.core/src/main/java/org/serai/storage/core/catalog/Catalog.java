package org.serai.storage.core.catalog;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.serai.cluster.spi.LeaseArea;
import org.serai.database.Database;
import org.serai.storage.Pv;
import org.serai.storage.StorageError;
import org.serai.storage.spi.PoolLayout;
import org.serai.storage.spi.PoolLayout.PvLayout;

/** Pools, PVs and LUs as the VIOS DB has them. */
public final class Catalog {
    private final Database database;

    public Catalog(Database database) {
        this.database = database;
    }

    /** A lease area in the VIOS DB, for a pool whose storage has none. */
    public LeaseArea leases(UUID pool) {
        return new DatabaseLeases(database, pool);
    }

    public List<PoolRow> pools() {
        return database.view(PoolRow.class).all().stream()
                .sorted(Comparator.comparing(PoolRow::name))
                .toList();
    }

    public Optional<PoolRow> pool(UUID id) {
        return database.view(PoolRow.class)
                .get(id)
                .or(() -> database.read(transaction -> transaction.get(PoolRow.class, id)));
    }

    public PoolRow pool(String name) {
        return database.view(PoolRow.class)
                .first(row -> row.name().equals(name))
                .or(() -> database.read(transaction ->
                        transaction.list(PoolRow.class, "name", name).stream().findFirst()))
                .orElseThrow(() -> StorageError.NO_SUCH_POOL.error(
                        "There is no pool " + name, "no pool has that name", "look at pool:list"));
    }

    public List<PvRow> pvs(UUID pool) {
        return sorted(database.view(PvRow.class).where(row -> row.pool().equals(pool)));
    }

    /** A PV of a pool by its path or id; {@link StorageError#NO_SUCH_PV} otherwise. */
    public PvRow pv(PoolRow pool, String pathOrId) {
        return sorted(database.read(transaction -> transaction.list(PvRow.class, "pool", pool.id()))).stream()
                .filter(row ->
                        row.id().toString().equals(pathOrId) || row.path().equals(canonical(pathOrId)))
                .findFirst()
                .orElseThrow(() -> StorageError.NO_SUCH_PV.error(
                        "Pool " + pool.name() + " has no PV " + pathOrId,
                        "no PV of it has that path or id",
                        "look at pv:list"));
    }

    /** The pool's layout as the database itself has it. */
    public PoolLayout layout(PoolRow pool) {
        List<PvRow> rows = sorted(database.read(transaction -> transaction.list(PvRow.class, "pool", pool.id())));
        return layout(pool, rows);
    }

    /** The pool's layout without the PVs that are being added or removed. */
    public PoolLayout sureLayout(PoolRow pool) {
        return layout(
                pool,
                sorted(database.read(transaction -> transaction.list(PvRow.class, "pool", pool.id()))).stream()
                        .filter(row -> row.state() == Pv.State.ONLINE || row.state() == Pv.State.DRAINING)
                        .toList());
    }

    private static PoolLayout layout(PoolRow pool, List<PvRow> rows) {
        List<PvLayout> pvs = rows.stream()
                .map(row -> new PvLayout(row.id(), row.position(), row.path(), OptionalLong.empty()))
                .toList();
        return new PoolLayout(pool.id(), pool.name(), pvs, pool.extentBytes(), pool.checksum());
    }

    private static List<PvRow> sorted(List<PvRow> rows) {
        return rows.stream().sorted(Comparator.comparingInt(PvRow::position)).toList();
    }

    public List<LuRow> lus() {
        return database.view(LuRow.class).all().stream()
                .sorted(Comparator.comparing(LuRow::name))
                .toList();
    }

    public Optional<LuRow> lu(UUID id) {
        return database.view(LuRow.class)
                .get(id)
                .filter(row -> row.state() == RowState.ONLINE)
                .or(() -> database.read(transaction -> transaction.get(LuRow.class, id)));
    }

    /** The row as the database itself has it; {@link StorageError#NO_SUCH_LU} unless it is online. */
    public LuRow current(LuRow seen) {
        return database.read(transaction -> transaction.get(LuRow.class, seen.id()))
                .filter(row -> row.state() == RowState.ONLINE)
                .orElseThrow(() -> StorageError.NO_SUCH_LU.error(
                        "There is no LU " + seen.name() + " any more", "it was just deleted", "look at lu:list"));
    }

    /** Whether the database itself, not this node's view, has the LU online. */
    public boolean isOnline(UUID lu) {
        return database.read(transaction -> transaction.get(LuRow.class, lu))
                .filter(row -> row.state() == RowState.ONLINE)
                .isPresent();
    }

    public LuRow lu(String name) {
        return database.view(LuRow.class)
                .first(row -> row.name().equals(name) && row.state() == RowState.ONLINE)
                .or(() -> database.read(transaction ->
                        transaction.list(LuRow.class, "name", name).stream().findFirst()))
                .orElseThrow(() -> StorageError.NO_SUCH_LU.error(
                        "There is no LU " + name, "no LU has that name", "look at lu:list"));
    }

    /** One spelling for each place, so that the same PV is the same row. */
    public static String canonical(String path) {
        return Path.of(path).toAbsolutePath().normalize().toString();
    }
}
