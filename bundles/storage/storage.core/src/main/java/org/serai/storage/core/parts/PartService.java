package org.serai.storage.core.parts;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import org.serai.cluster.DeathProof;
import org.serai.cluster.Grant;
import org.serai.cluster.Ownership.Owner;
import org.serai.database.Database;
import org.serai.ffdc.SeraiException;
import org.serai.storage.LuPart;
import org.serai.storage.OpenLu;
import org.serai.storage.PartSpec;
import org.serai.storage.Parts;
import org.serai.storage.Plan;
import org.serai.storage.StorageError;
import org.serai.storage.core.catalog.Catalog;
import org.serai.storage.core.catalog.LuRow;
import org.serai.storage.core.catalog.Names;
import org.serai.storage.core.catalog.Pairs;
import org.serai.storage.core.catalog.PartCatalog;
import org.serai.storage.core.catalog.PartRow;
import org.serai.storage.core.catalog.PartRow.Piece;
import org.serai.storage.core.locks.LockTable;
import org.serai.storage.core.lu.Access;
import org.serai.storage.core.lu.LuLocks;
import org.serai.storage.core.lu.LuOperations;
import org.serai.storage.core.lu.OpenLus;

/**
 * Sub-partitions. Whoever changes where one is has the LU, so that the pieces of two never overlap. Room is zeroed before
 * a sub-partition gets it, and again when it is given back: a crash between the two leaves room that is zeroed when it is
 * next given.
 */
public final class PartService implements Parts {
    private static final String CHANGING = "changing its sub-partitions";

    private final Database database;
    private final Catalog catalog;
    private final Pairs pairs;
    private final PartCatalog parts;
    private final LockTable table;
    private final LuLocks locks;
    private final OpenLus open;
    private final Access access;
    private final Supplier<UUID> ids;
    private final OpenParts opened = new OpenParts();
    private final PartPlans plans;

    /** Over rows, locks and open LUs. */
    public PartService(
            Database database,
            Catalog catalog,
            Pairs pairs,
            PartCatalog parts,
            LockTable table,
            LuLocks locks,
            OpenLus open,
            Access access,
            Supplier<UUID> ids) {
        this.database = database;
        this.catalog = catalog;
        this.pairs = pairs;
        this.parts = parts;
        this.table = table;
        this.locks = locks;
        this.open = open;
        this.access = access;
        this.ids = ids;
        this.plans = new PartPlans(catalog, pairs, parts, locks, open, access, opened);
    }

    @Override
    public List<LuPart> parts(String lu) {
        LuRow row = catalog.lu(lu);
        return parts.of(row.id()).stream().map(part -> shown(row, part)).toList();
    }

    @Override
    public LuPart part(String lu, String part) {
        LuRow row = catalog.lu(lu);
        return shown(row, parts.get(row, part));
    }

    private LuPart shown(LuRow row, PartRow part) {
        return new LuPart(
                part.id(),
                row.id(),
                row.name(),
                part.name(),
                part.purpose(),
                part.sizeBytes(),
                table.heldPart(row, part));
    }

    /** Does something with the LU, which is held meanwhile with those of its sub-partitions that are in use. */
    private <R> R with(LuRow row, Function<OpenLu, R> work) {
        pairs.requireNotMade(row);
        OpenLu lu = opened.use(row.id(), () -> open.open(row.id(), row.client(), CHANGING));
        try {
            return work.apply(lu);
        } finally {
            opened.leave(row.id());
        }
    }

    @Override
    public Plan planCreate(PartSpec spec) {
        return plans.create(spec);
    }

    @Override
    public Plan planResize(String lu, String part, long sizeBytes) {
        return plans.resize(lu, part, sizeBytes);
    }

    @Override
    public Plan planDelete(String lu, String part) {
        return plans.delete(lu, part);
    }

    @Override
    public synchronized LuPart create(PartSpec spec) {
        Names.check("a sub-partition", spec.name());
        LuOperations.checkSize(spec.sizeBytes());
        LuRow row = catalog.lu(spec.lu());
        return with(row, lu -> {
            requireNew(parts, row, spec.name());
            List<Piece> pieces =
                    new Room(lu.sizeBytes(), parts.of(row.id())).find(spec.sizeBytes(), "Sub-partition " + spec.name());
            zero(lu, pieces);
            PartRow part = new PartRow(ids.get(), row.id(), spec.name(), spec.purpose(), PartRow.text(pieces));
            Grant grant = open.grant(row.id()).orElseThrow();
            database.write(transaction -> {
                locks.require(transaction, grant);
                return transaction.insert(part);
            });
            return shown(row, part);
        });
    }

    static void requireNew(PartCatalog parts, LuRow row, String name) {
        if (parts.find(row, name).isPresent()) {
            throw StorageError.PART_EXISTS.error(
                    "LU " + row.name() + " has a sub-partition " + name + " already",
                    "their names are unique in an LU",
                    "choose another name");
        }
    }

    private static void zero(OpenLu lu, List<Piece> pieces) {
        pieces.forEach(piece -> lu.writeZeroes(piece.offset(), piece.length(), true));
        lu.flush();
    }

    @Override
    public synchronized LuPart resize(String lu, String name, long sizeBytes) {
        LuOperations.checkSize(sizeBytes);
        LuRow row = catalog.lu(lu);
        return with(row, held -> {
            PartRow part = parts.get(row, name);
            PartRow now = sizeBytes > part.sizeBytes()
                    ? grown(row, part, held, sizeBytes)
                    : shrunk(row, part, held, sizeBytes);
            return shown(row, now);
        });
    }

    private PartRow grown(LuRow row, PartRow part, OpenLu lu, long sizeBytes) {
        List<Piece> further = new Room(lu.sizeBytes(), parts.of(row.id()))
                .find(sizeBytes - part.sizeBytes(), "Sub-partition " + part.name());
        zero(lu, further);
        PartRow now = part.of(Room.joined(part.list(), further));
        update(row, now);
        opened.view(part.id()).ifPresent(view -> view.place(now.list()));
        return now;
    }

    private PartRow shrunk(LuRow row, PartRow part, OpenLu lu, long sizeBytes) {
        PartRow now = part.of(Room.to(part.list(), sizeBytes));
        // Nobody reaches it any more when it is given back.
        opened.view(part.id()).ifPresent(view -> view.place(now.list()));
        zero(lu, Room.from(part.list(), sizeBytes));
        update(row, now);
        return now;
    }

    private void update(LuRow row, PartRow part) {
        Grant grant = open.grant(row.id()).orElseThrow();
        database.write(transaction -> {
            locks.require(transaction, grant);
            return transaction.update(part);
        });
    }

    @Override
    public synchronized void delete(String lu, String name) {
        LuRow row = catalog.lu(lu);
        with(row, held -> {
            PartRow part = parts.get(row, name);
            Grant lock = lock(part, row, "being deleted");
            try {
                zero(held, part.list());
                Grant grant = open.grant(row.id()).orElseThrow();
                database.write(transaction -> {
                    locks.require(transaction, grant);
                    transaction.delete(PartRow.class, part.id());
                    return part;
                });
            } finally {
                locks.release(lock);
            }
            return part;
        });
    }

    @Override
    public OpenLu open(UUID lu, String name, long clientId, String operation) {
        return open(lu, name, clientId, operation, Optional.empty());
    }

    @Override
    public OpenLu takeOver(UUID lu, String name, long clientId, String operation, DeathProof proof) {
        return open(lu, name, clientId, operation, Optional.of(proof));
    }

    private synchronized OpenLu open(
            UUID lu, String name, long clientId, String operation, Optional<DeathProof> proof) {
        LuRow row = catalog.lu(lu)
                .orElseThrow(() -> StorageError.NO_SUCH_LU.error(
                        "There is no LU " + lu, "it was deleted, or is not made yet", "look at lu:list"));
        access.check(row, clientId, operation);
        pairs.requireNotMade(row);
        PartRow part = parts.get(row, name);
        OpenLu shared = opened.use(lu, () -> whole(row, clientId, proof));
        boolean done = false;
        try {
            Grant grant = proof.isPresent() && isHeldByDead(part, proof.get())
                    ? locks.takeOver(part, operation, proof.get())
                    : lock(part, row, operation);
            // Only now nobody else changes where it is.
            PartView view = new PartView(row.name() + "/" + name, parts.get(row, name), shared, grant, this::closed);
            opened.opened(part.id(), view);
            done = true;
            return view;
        } finally {
            if (!done) {
                opened.leave(lu);
            }
        }
    }

    /** A part whose earlier holder is over was open with the LU, which this node has now. */
    private Grant lock(PartRow part, LuRow row, String operation) {
        Optional<Owner> over = locks.holder(part).filter(locks::isOver);
        return over.isPresent() && !locks.isSelf(over.get().holder().orElseThrow())
                ? locks.takeOver(part, operation, locks.prove(over.get()))
                : locks.acquire(part, row.name(), operation);
    }

    private boolean isHeldByDead(PartRow part, DeathProof proof) {
        return locks.holder(part)
                .filter(owner -> owner.holder().equals(Optional.of(proof.node())))
                .isPresent();
    }

    private OpenLu whole(LuRow row, long clientId, Optional<DeathProof> proof) {
        boolean dead = proof.isPresent()
                && locks.holder(row)
                        .filter(owner ->
                                owner.holder().equals(Optional.of(proof.get().node())))
                        .isPresent();
        String operation = "its sub-partitions";
        return dead
                ? open.takeOver(row.id(), clientId, operation, proof.orElseThrow())
                : open.open(row.id(), clientId, operation);
    }

    private void closed(PartView view) {
        opened.closed(view.part().id());
        try {
            flushQuietly(view);
        } finally {
            locks.release(view.grant());
            opened.leave(view.part().lu());
        }
    }

    private static void flushQuietly(PartView view) {
        try {
            view.flushLast();
        } catch (SeraiException e) {
            if (e.code() != StorageError.LU_CLOSED) {
                throw e;
            }
        }
    }

    /** {@link StorageError#LU_LOCKED} if an LU has sub-partitions: it is not opened as a whole then. */
    public void requireNone(LuRow row) {
        List<PartRow> there = parts.of(row.id());
        if (!there.isEmpty()) {
            List<String> inUse = locks.partsInUse(row.id());
            throw StorageError.LU_LOCKED.error(
                    "LU " + row.name() + " cannot be opened as a whole",
                    "it has sub-partitions: "
                            + String.join(
                                    ", ", there.stream().map(PartRow::name).toList())
                            + (inUse.isEmpty() ? "" : "; in use are " + String.join(", ", inUse)),
                    "open its sub-partitions, or delete them first");
        }
    }
}
