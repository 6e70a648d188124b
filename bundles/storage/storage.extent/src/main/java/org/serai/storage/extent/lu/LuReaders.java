package org.serai.storage.extent.lu;

import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.WeakHashMap;
import org.serai.storage.extent.data.Contents;
import org.serai.storage.extent.map.Layer;
import org.serai.storage.extent.map.LuMap;
import org.serai.storage.extent.map.LuPages;
import org.serai.storage.extent.map.LuShape;
import org.serai.storage.extent.pv.Pages;
import org.serai.storage.extent.pv.PvSet;
import org.serai.storage.extent.space.ExtentAddress;
import org.serai.storage.extent.space.Space;

/** Opens snapshots, and LUs that others hold, for reading. */
public final class LuReaders {
    private final PvSet pvs;
    private final Space space;
    private final LuShape shape;
    private final LuRoots roots;
    private final Contents contents;
    private final Set<ReadOnlyLu> snapshots = Collections.newSetFromMap(new WeakHashMap<>());

    /** Readers of the LUs of a pool. */
    public LuReaders(PvSet pvs, Space space, LuShape shape, LuRoots roots, Contents contents) {
        this.pvs = pvs;
        this.space = space;
        this.shape = shape;
        this.roots = roots;
        this.contents = contents;
    }

    /** Opens a snapshot. */
    public ReadOnlyLu openSnapshot(UUID lu, UUID snapshot) {
        LuPages pages = roots.pages(lu);
        return space.quietly("Opening a snapshot of LU " + lu, () -> {
            roots.dropCaches(space.unitsWithRoot(lu));
            ReadOnlyLu opened = new ReadOnlyLu(pages, contents.reading(lu), before -> {
                if (before.generation() >= 0) {
                    return before;
                }
                long address = roots.rootUnit(lu, space.unitsWithRoot(lu));
                LuRoot.Found root = roots.root(lu, address);
                Layer layer = LuRoots.snapshot(lu, root, snapshot);
                LuMap map = roots.map(root.table(), layer, pages, shape.mapExtents(layer.sizeBytes()), root.clean());
                return new ReadOnlyLu.Shown(map, address, 0, layer.sizeBytes(), layer.shown());
            });
            synchronized (snapshots) {
                snapshots.add(opened);
            }
            opened.follow();
            return opened;
        });
    }

    /** Opens an LU that another node may hold. */
    public ReadOnlyLu openShared(UUID lu) {
        LuPages pages = roots.pages(lu);
        return space.quietly("Opening LU " + lu + " for reading", () -> {
            roots.dropCaches(space.unitsWithRoot(lu));
            return new ReadOnlyLu(pages, contents.reading(lu), before -> shared(pages, before));
        });
    }

    private ReadOnlyLu.Shown shared(LuPages pages, ReadOnlyLu.Shown before) throws IOException {
        UUID lu = pages.lu();
        if (before.root() != ExtentAddress.NONE) {
            Optional<LuHeader> header =
                    LuHeader.peek(pages.pv(before.root()).file(), pages.offset(before.root()), lu, Pages.allocate(2));
            if (header.isPresent()
                    && header.get().generation() == before.generation()
                    && header.get().state() != LuHeader.State.DELETED) {
                return before;
            }
        }
        long address = roots.rootUnit(lu, space.unitsWithRoot(lu));
        LuRoot.Found root = roots.root(lu, address);
        Layer top = root.table().top();
        LuMap map = roots.map(root.table(), top, pages, shape.mapExtents(top.sizeBytes()), false);
        return new ReadOnlyLu.Shown(
                map,
                address,
                root.header().generation(),
                top.sizeBytes(),
                root.header().counts().shown());
    }

    /** Something that snapshots show has another place: returns when nobody reads it where it was. */
    public void follow() {
        List<ReadOnlyLu> opened;
        synchronized (snapshots) {
            opened = List.copyOf(snapshots);
        }
        opened.forEach(ReadOnlyLu::follow);
    }
}
