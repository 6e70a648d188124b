package org.serai.storage.extent.map;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.junit.jupiter.api.Test;

class LeafCacheTest {
    private static final int LEAVES = 1000;

    /** Adds leaves and returns how many of all are kept. */
    private static int add(LeafCache cache, AtomicReferenceArray<Leaf> leaves, int from, int count) {
        for (int i = from; i < from + count; i++) {
            Leaf leaf = new Leaf(i);
            cache.add(leaf, leaves);
            leaves.set(i, leaf);
        }
        int kept = 0;
        for (int i = 0; i < leaves.length(); i++) {
            kept += leaves.get(i) == null ? 0 : 1;
        }
        assertThat(cache.all()).hasSize(kept);
        return kept;
    }

    private static AtomicReferenceArray<Leaf> none() {
        return new AtomicReferenceArray<>(LEAVES);
    }

    @Test
    void oneMapMayHaveAllThatThereIs() {
        assertThat(add(new LeafCache(new LeafBudget(200)), none(), 0, LEAVES)).isEqualTo(200);
    }

    @Test
    void aLaterMapGetsItsPartAndTheEarlierOneMakesRoomWhenItNeedsMore() {
        LeafBudget budget = new LeafBudget(200);
        LeafCache first = new LeafCache(budget);
        AtomicReferenceArray<Leaf> leaves = none();
        add(first, leaves, 0, 500);
        LeafCache second = new LeafCache(budget);
        assertThat(add(second, none(), 0, LEAVES)).isEqualTo(100);
        assertThat(add(first, leaves, 500, 500)).isEqualTo(100);
    }

    @Test
    void whatAClosedMapHadIsThereForOthers() {
        LeafBudget budget = new LeafBudget(200);
        LeafCache first = new LeafCache(budget);
        add(first, none(), 0, 500);
        first.close();
        first.close();
        assertThat(first.all()).isEmpty();
        assertThat(add(new LeafCache(budget), none(), 0, LEAVES)).isEqualTo(200);
    }

    @Test
    void manyMapsHaveALeastPartEach() {
        LeafBudget budget = new LeafBudget(100);
        for (int i = 0; i < 50; i++) {
            add(new LeafCache(budget), none(), 0, 100);
        }
        assertThat(add(new LeafCache(budget), none(), 0, LEAVES)).isEqualTo(LeafBudget.LEAST);
    }

    @Test
    void dirtyLeavesStayAndWhatIsBehindACutGoes() {
        LeafBudget budget = new LeafBudget(100);
        LeafCache cache = new LeafCache(budget);
        AtomicReferenceArray<Leaf> leaves = none();
        Leaf dirty = new Leaf(0);
        dirty.dirty = true;
        cache.add(dirty, leaves);
        leaves.set(0, dirty);
        add(cache, leaves, 1, 900);
        assertThat(leaves.get(0)).isSameAs(dirty);
        cache.cut(1);
        assertThat(cache.all()).containsExactly(dirty);
    }
}
