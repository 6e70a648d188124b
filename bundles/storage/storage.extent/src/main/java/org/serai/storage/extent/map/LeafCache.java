package org.serai.storage.extent.map;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** The leaves in memory; those that nobody has used lately, and that are on the PV as they are, make room. */
final class LeafCache {
    private final LeafBudget budget;
    private final List<Leaf> leaves = new ArrayList<>();
    private int hand;
    private boolean closed;

    LeafCache(LeafBudget budget) {
        this.budget = budget;
        budget.join();
    }

    /** Adds a leaf; those that make room are taken out of {@code from} too. */
    void add(Leaf leaf, AtomicReferenceArray<Leaf> from) {
        if (closed) {
            return;
        }
        int tries = 2 * leaves.size();
        while (!budget.allows(leaves.size()) && tries-- > 0) {
            hand = hand >= leaves.size() ? 0 : hand;
            Leaf candidate = leaves.get(hand);
            if (candidate.dirty || candidate.used || candidate.moving > 0) {
                candidate.used = false;
                hand++;
            } else {
                from.set(candidate.index, null);
                leaves.set(hand, leaves.getLast());
                leaves.removeLast();
                budget.changed(-1);
            }
        }
        leaves.add(leaf);
        budget.changed(1);
    }

    List<Leaf> all() {
        return leaves;
    }

    /** Drops leaves behind an end. */
    void cut(int end) {
        int before = leaves.size();
        leaves.removeIf(leaf -> leaf.index >= end);
        budget.changed(leaves.size() - before);
    }

    void clear() {
        budget.changed(-leaves.size());
        leaves.clear();
    }

    /** Nobody looks anything up any more. */
    void close() {
        if (!closed) {
            closed = true;
            budget.leave(leaves.size());
            leaves.clear();
        }
    }
}
