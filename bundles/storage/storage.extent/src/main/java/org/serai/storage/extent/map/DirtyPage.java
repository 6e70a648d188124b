package org.serai.storage.extent.map;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.serai.storage.extent.pv.PvMarks;

/** A page on its way to the PV. */
public final class DirtyPage {
    final Leaf leaf;
    final int directoryPage;
    LayerMap layer;
    int changes;
    int copy;
    long generation;

    DirtyPage(Leaf leaf) {
        this.leaf = leaf;
        this.directoryPage = -1;
    }

    DirtyPage(int directoryPage) {
        this.leaf = null;
        this.directoryPage = directoryPage;
    }

    void place(LayerMap ofLayer, int toCopy, long withGeneration) {
        layer = ofLayer;
        copy = toCopy;
        generation = withGeneration;
    }

    /** Seals the snapshot and writes it over the older copy. */
    public void write(ByteBuffer from, int at, long epoch, PvMarks marks) throws IOException {
        if (leaf == null) {
            layer.writeDirectory(directoryPage, from, at, copy, generation, epoch, marks);
        } else {
            layer.write(leaf.index, from, at, copy, generation, epoch, marks);
        }
    }
}
