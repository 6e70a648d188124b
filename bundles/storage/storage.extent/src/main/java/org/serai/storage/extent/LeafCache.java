package org.serai.storage.extent;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** The leaves in memory; those that nobody has used lately, and that are on the PV as they are, make room. */
final class LeafCache {
    private final int most;
    private final List<Leaf> leaves = new ArrayList<>();
    private int hand;

    LeafCache(int most) {
        this.most = most;
    }

    /** Adds a leaf; those that make room are taken out of {@code from} too. */
    void add(Leaf leaf, AtomicReferenceArray<Leaf> from) {
        int tries = 2 * leaves.size();
        while (leaves.size() >= most && tries-- > 0) {
            hand = hand >= leaves.size() ? 0 : hand;
            Leaf candidate = leaves.get(hand);
            if (candidate.dirty || candidate.used || candidate.moving > 0) {
                candidate.used = false;
                hand++;
            } else {
                from.set(candidate.index, null);
                leaves.set(hand, leaves.getLast());
                leaves.removeLast();
            }
        }
        leaves.add(leaf);
    }

    List<Leaf> all() {
        return leaves;
    }

    /** Drops leaves behind an end. */
    void cut(int end) {
        leaves.removeIf(leaf -> leaf.index >= end);
    }

    void clear() {
        leaves.clear();
    }
}
