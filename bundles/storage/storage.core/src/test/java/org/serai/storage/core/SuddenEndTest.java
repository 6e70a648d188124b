package org.serai.storage.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.serai.ffdc.SeraiException;
import org.serai.storage.CopySpec;
import org.serai.storage.Lu;
import org.serai.storage.LuPart;
import org.serai.storage.LuPart.Purpose;
import org.serai.storage.OpenLu;
import org.serai.storage.PagingLu;
import org.serai.storage.PartSpec;
import org.serai.storage.Pool;
import org.serai.storage.Progress;
import org.serai.storage.RedundantLu;
import org.serai.storage.RedundantLu.State;
import org.serai.storage.TierName;
import org.serai.storage.core.catalog.LuRow;
import org.serai.storage.core.catalog.RedundancyRow;
import org.serai.storage.core.catalog.RowState;
import org.serai.storage.core.paging.PagingPolicy;

/** A node ends between each two steps of a change; another one finds all of it or nothing, and can do it again. */
class SuddenEndTest extends Nodes {
    private static final PagingPolicy GROW = new PagingPolicy(true, Optional.empty());

    private Pool p;
    private Pool q;

    @BeforeEach
    void makePools() {
        p = pool("p", 1);
        q = pool("q", 1);
    }

    /** Does something at a node that ends at each step in turn, and then something at one that lives on. */
    private void atEachStep(
            BiConsumer<TestNode, Lu> before, BiConsumer<TestNode, Lu> change, BiConsumer<Lu, Boolean> then) {
        for (int step = 0; ; step++) {
            Lu lu = lu("l" + step, "p");
            before.accept(a, lu);
            TestNode ending = node("n" + step, UUID.randomUUID());
            awaitAttached(ending, p);
            awaitAttached(ending, q);
            ending.end.after(step);
            boolean ended = ending.end.endsIn(() -> change.accept(ending, lu));
            ending.die();
            simulated.crash(ending.incarnation, () -> true);
            a.dead.add(ending.id);
            a.storage.locks().breakLock(lu.name(), _ -> {});
            then.accept(lu, ended);
            if (!ended) {
                assertThat(step).as("steps").isPositive();
                return;
            }
        }
    }

    /** As the database has it, which a node's view follows. */
    private boolean isRedundant(Lu lu) {
        return a.database.read(transaction -> transaction.list(RedundancyRow.class)).stream()
                .anyMatch(row -> row.lu().equals(lu.id()) || row.copy().equals(lu.id()));
    }

    private void add(TestNode node, Lu lu) {
        node.storage.redundancy().add(new CopySpec(lu.name(), lu.name() + "b", TierName.defaultOf("q")));
    }

    /** Nothing is left but LUs that somebody asked for. */
    private void assertOnly(Lu... lus) {
        UUID[] ids = java.util.Arrays.stream(lus).map(Lu::id).toArray(UUID[]::new);
        soon().untilAsserted(() -> assertThat(a.database.view(LuRow.class).all())
                .extracting(LuRow::id)
                .containsExactlyInAnyOrder(ids));
        soon().until(() -> a.journal.open("lu-copy").isEmpty());
    }

    @Test
    void aCopyIsMadeOrNot() {
        atEachStep((node, lu) -> put(node, lu, 0, 7), this::add, (lu, ended) -> {
            soon().until(() -> a.journal.open("lu-copy").isEmpty());
            if (!isRedundant(lu)) {
                assertThat(ended).isTrue();
                assertOnly(lu);
                add(a, lu);
            }
            assertThat(a.storage.redundancy().resync(lu.name(), Progress.NONE).state())
                    .isEqualTo(State.SYNCHRONOUS);
            assertThat(get(a, lu.name(), 0)).isEqualTo(7);
            a.storage.redundancy().remove(lu.name());
            assertOnly(lu);
            a.storage.deleteLu(lu.name());
            assertThat(a.storage.pool("q").usedBytes()).isZero();
        });
    }

    @Test
    void aCopyIsRemovedOrNot() {
        atEachStep(
                (node, lu) -> {
                    put(node, lu, 0, 7);
                    add(node, lu);
                    node.storage.redundancy().resync(lu.name(), Progress.NONE);
                },
                (node, lu) -> node.storage.redundancy().remove(lu.name()),
                (lu, ended) -> {
                    if (isRedundant(lu)) {
                        assertThat(ended).isTrue();
                        a.storage.redundancy().remove(lu.name());
                    }
                    assertOnly(lu);
                    assertThat(get(a, lu.name(), 0)).isEqualTo(7);
                    a.storage.deleteLu(lu.name());
                    assertThat(a.storage.pool("q").usedBytes()).isZero();
                });
    }

    @Test
    void aCopyIsPromotedOrNot() {
        atEachStep(
                (node, lu) -> {
                    put(node, lu, 0, 7);
                    add(node, lu);
                    node.storage.redundancy().resync(lu.name(), Progress.NONE);
                },
                (node, lu) -> node.storage.redundancy().promote(lu.name()),
                (lu, ended) -> {
                    RedundantLu pair = a.storage.redundancy().redundantLu(lu.name());
                    a.storage.locks().breakLock(pair.copyName(), _ -> {});
                    a.storage.locks().breakLock(pair.luName(), _ -> {});
                    assertThat(ended || pair.copy().equals(lu.id())).isTrue();
                    if (pair.lu().equals(lu.id())) {
                        a.storage.redundancy().promote(lu.name());
                    }
                    assertThat(get(a, lu.name() + "b", 0)).isEqualTo(7);
                    a.storage.redundancy().remove(lu.name());
                    a.storage.deleteLu(lu.name() + "b");
                    assertOnly();
                });
    }

    @Test
    void aSubPartitionIsMadeResizedAndDeletedOrNot() {
        atEachStep(
                (node, lu) -> {
                    node.storage.parts().create(new PartSpec(lu.name(), "kept", Purpose.DATA, MIB));
                    try (OpenLu open = node.storage.parts().open(lu.id(), "kept", 1, "a test")) {
                        write(open, 0, 7);
                    }
                },
                (node, lu) -> {
                    node.storage.parts().create(new PartSpec(lu.name(), "new", Purpose.DATA, MIB));
                    node.storage.parts().resize(lu.name(), "new", 4 * MIB);
                    node.storage.parts().resize(lu.name(), "new", 2 * MIB);
                    node.storage.parts().delete(lu.name(), "new");
                },
                (lu, ended) -> {
                    List<LuPart> now = a.storage.parts().parts(lu.name());
                    if (now.stream().noneMatch(part -> part.name().equals("new"))) {
                        a.storage.parts().create(new PartSpec(lu.name(), "new", Purpose.DATA, 2 * MIB));
                    }
                    a.storage.parts().resize(lu.name(), "new", 15 * MIB);
                    try (OpenLu open = a.storage.parts().open(lu.id(), "new", 1, "a test");
                            OpenLu kept = a.storage.parts().open(lu.id(), "kept", 1, "a test")) {
                        write(open, 15 * MIB - 512, 8);
                        assertThat(read(kept, 0)).isEqualTo(7);
                        assertThat(read(open, 14 * MIB)).isZero();
                    }
                    a.storage.parts().delete(lu.name(), "new");
                    a.storage.parts().delete(lu.name(), "kept");
                    a.storage.deleteLu(lu.name());
                    assertThat(a.storage.pool("p").usedBytes()).isZero();
                });
    }

    /** Upkeep may be clearing what was half made, which it holds meanwhile: then it is tried again, until that is gone. */
    private void breakAllLocks() {
        soon().ignoreExceptionsInstanceOf(SeraiException.class).until(() -> {
            List<LuRow> left = a.database.read(transaction -> transaction.list(LuRow.class));
            left.forEach(row -> a.storage.locks().breakLock(row.name(), _ -> {}));
            return left.stream().allMatch(row -> row.state() == RowState.ONLINE);
        });
    }

    @Test
    void aPagingLuIsGivenGrownShrunkAndTakenBackOrNot() {
        atEachStep(
                (node, lu) -> {},
                (node, lu) -> {
                    node.storage.paging(GROW).request(lu.id(), 1, 4 * MIB);
                    node.storage.paging(GROW).request(lu.id(), 1, 8 * MIB);
                    node.storage.paging(GROW).request(lu.id(), 1, 2 * MIB);
                    node.storage.paging(GROW).release(lu.id());
                },
                (lu, ended) -> {
                    breakAllLocks();
                    PagingLu given = a.storage.paging(GROW).request(lu.id(), 1, 6 * MIB);
                    assertThat(given.sizeBytes()).isEqualTo(6 * MIB);
                    put(a, a.storage.lu(given.luName()), 0, 9);
                    a.storage.paging(GROW).release(lu.id());
                    assertThat(get(a, given.luName(), 0)).isZero();
                    // One that was made and not given yet is there for the next request.
                    for (PagingLu unused : a.storage.paging(GROW).pagingLus()) {
                        assertThat(unused.partition()).isEmpty();
                        a.storage.deleteLu(unused.luName());
                    }
                    a.storage.deleteLu(lu.name());
                    assertOnly();
                });
    }
}
