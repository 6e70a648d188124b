package org.serai.storage.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.serai.cluster.ClusterError;
import org.serai.storage.LockExplanation;
import org.serai.storage.Lu;
import org.serai.storage.LuChange.Resize;
import org.serai.storage.LuLock;
import org.serai.storage.LuPart.Purpose;
import org.serai.storage.OpenLu;
import org.serai.storage.PartSpec;
import org.serai.storage.StorageError;

class LocksTest extends Nodes {
    @Test
    void theTableTellsWhoHoldsWhatForWhatAndSinceWhen() {
        pool("p", 1);
        Lu lu = lu("l", "p");
        assertThat(a.storage.locks().locks()).isEmpty();
        try (OpenLu open = a.storage.open(lu.id(), 1, "running lpar one")) {
            LuLock lock = a.storage.locks().locks().getFirst();
            assertThat(lock.luName()).isEqualTo("l");
            assertThat(lock.nodeName()).isEqualTo("a");
            assertThat(lock.operation()).isEqualTo("running lpar one");
            assertThat(lock.epoch()).isEqualTo(open.epoch());
            assertThat(lock.since()).isNotEmpty();
            assertThat(lock.isHeld()).isTrue();
            LockExplanation why = a.storage.locks().explain("l");
            assertThat(why.reasons()).singleElement().asString().contains("this node holds it for running lpar one");
            assertFails(ClusterError.ALIVE, () -> a.storage.locks().breakLock("l", _ -> {}));
        }
        assertThat(a.storage.locks().locks()).isEmpty();
        LockExplanation why = a.storage.locks().explain("l");
        assertThat(why.reasons()).isEmpty();
        assertThat(why.lock().orElseThrow().until()).isNotEmpty();
    }

    @Test
    void theLockOfALivingNodeIsNotBrokenThatOfADeadOneIs() {
        TestNode b = node("b", UUID.randomUUID());
        awaitAttached(b, pool("p", 1));
        Lu lu = lu("l", "p");
        OpenLu open = a.storage.open(lu.id(), 1, "running lpar one");
        await().until(() -> b.storage.locks().locks().size() == 1);
        assertThat(b.storage.locks().explain("l").actions()).anyMatch(action -> action.contains("end it at node a"));
        assertFails(ClusterError.ALIVE, () -> b.storage.locks().breakLock("l", _ -> {}));
        assertThat(assertFails(StorageError.LU_LOCKED, () -> b.storage.deleteLu("l"))
                        .reason())
                .contains("node a holds it for running lpar one since ");
        a.die();
        b.dead.add(a.id);
        assertThat(b.storage.locks().explain("l").actions()).anyMatch(action -> action.contains("lock:break l"));
        List<LuLock> broken = b.storage.locks().breakLock("l", _ -> {});
        assertThat(broken).singleElement().satisfies(lock -> {
            assertThat(lock.nodeName()).isEqualTo("a");
            assertThat(lock.isHeld()).isFalse();
            assertThat(lock.epoch()).isEqualTo(open.epoch());
        });
        b.storage.deleteLu("l");
    }

    @Test
    void whoMeetsAnExportIsToldWhatEndsIt() {
        TestNode b = node("b", UUID.randomUUID());
        awaitAttached(b, pool("p", 1));
        Lu lu = lu("l", "p");
        try (OpenLu open = a.storage.open(lu.id(), 1, Lu.Lock.EXPORT)) {
            write(open, 0, 1);
            await().until(() -> b.storage.locks().locks().size() == 1);
            assertThat(assertFails(StorageError.LU_LOCKED, () -> b.storage.deleteLu("l"))
                            .action())
                    .startsWith("lu:unexport l at node a");
            assertThat(b.storage.changes().plan(new Resize("l", 32 * MIB)).obstacles())
                    .singleElement()
                    .satisfies(e -> assertThat(e.action()).contains("lu:unexport l at node a"));
            assertThat(a.storage.locks().explain("l").actions()).containsExactly("lu:unexport l at node a");
        }
    }

    @Test
    void whoIsRefusedIsToldWhichPartsAreInUse() {
        TestNode b = node("b", UUID.randomUUID());
        awaitAttached(b, pool("p", 1));
        Lu lu = lu("l", "p");
        a.storage.parts().create(new PartSpec("l", "pages", Purpose.PAGING, MIB));
        a.storage.parts().create(new PartSpec("l", "state", Purpose.HIBERNATION, MIB));
        try (OpenLu pages = a.storage.parts().open(lu.id(), "pages", 1, "paging of lpar one")) {
            write(pages, 0, 1);
            await().until(() -> b.storage.locks().locks().size() == 2);
            assertThat(assertFails(StorageError.LU_LOCKED, () -> b.storage.deleteLu("l"))
                            .reason())
                    .contains("node a holds it", "in use are its sub-partitions pages");
            assertThat(assertFails(
                                    StorageError.LU_LOCKED,
                                    () -> b.storage.parts().open(lu.id(), "state", 1, "hibernating"))
                            .reason())
                    .contains("pages");
            List<LuLock> locks = b.storage.locks().locks();
            assertThat(locks.getFirst().partsInUse()).containsExactly("pages");
            assertThat(locks.getLast().part()).isEqualTo(Optional.of("pages"));
            assertThat(locks.getLast().operation()).isEqualTo("paging of lpar one");
            assertThat(b.storage.locks().explain("l").parts()).hasSize(1);
        }
        await().untilAsserted(() -> assertThat(b.storage.locks().explain("l").reasons())
                .containsExactly("it has sub-partitions, which are opened instead of it: pages, state"));
        assertThat(assertFails(StorageError.LU_LOCKED, () -> b.storage.deleteLu("l"))
                        .reason())
                .isEqualTo("it has sub-partitions: pages, state");
        try (OpenLu state = b.storage.parts().open(lu.id(), "state", 1, "hibernating")) {
            assertThat(read(state, 0)).isZero();
        }
    }
}
