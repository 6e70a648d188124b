package org.serai.storage.extent.map;

import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * What is looked up in, seen as a whole by who reads.
 *
 * @param top the layer that is written
 * @param below those that show through, nearest first
 * @param leaves those in memory, by their index
 */
record MapView(LayerMap top, List<Below> below, AtomicReferenceArray<Leaf> leaves) {
    /** Whether any layer has a page for that leaf. */
    boolean hasAny(int leaf) {
        if (top.hasLeaf(leaf)) {
            return true;
        }
        for (int i = 0; i < below.size(); i++) {
            if (below.get(i).map().hasLeaf(leaf)) {
                return true;
            }
        }
        return false;
    }
}
