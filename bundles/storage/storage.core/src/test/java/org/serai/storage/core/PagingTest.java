package org.serai.storage.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.serai.storage.Lu;
import org.serai.storage.LuKind;
import org.serai.storage.LuSpec;
import org.serai.storage.OpenLu;
import org.serai.storage.Paging;
import org.serai.storage.PagingLu;
import org.serai.storage.StorageError;
import org.serai.storage.TierName;
import org.serai.storage.core.paging.PagingPolicy;

class PagingTest extends Nodes {
    private final UUID partition = UUID.randomUUID();

    private Lu unused(String name, long client, long sizeBytes) {
        return a.storage.createLu(new LuSpec(name, TierName.defaultOf("p"), client, LuKind.PAGING, sizeBytes, false));
    }

    private Paging paging(boolean grow) {
        return a.storage.paging(new PagingPolicy(grow, Optional.empty()));
    }

    @Test
    void theSmallestUnusedLuWithEnoughRoomIsTaken() {
        pool("p", 1);
        unused("large", 1, 8 * MIB);
        unused("small", 1, MIB);
        unused("right", 1, 4 * MIB);
        unused("theirs", 2, 2 * MIB);
        PagingLu given = paging(true).request(partition, 1, 2 * MIB);
        assertThat(given.luName()).isEqualTo("right");
        assertThat(given.sizeBytes()).isEqualTo(4 * MIB);
        assertThat(paging(true).of(partition)).contains(given);
        assertThat(paging(true).request(UUID.randomUUID(), 1, 2 * MIB).luName()).isEqualTo("large");
        assertFails(StorageError.LU_LOCKED, () -> a.storage.deleteLu("right"));
    }

    @Test
    void theNearestIsGrownByJustTheDifferenceOrANewOneIsMade() {
        pool("p", 1);
        unused("small", 1, MIB);
        unused("nearest", 1, 2 * MIB);
        PagingLu grown = paging(true).request(partition, 1, 3 * MIB);
        assertThat(grown.luName()).isEqualTo("nearest");
        assertThat(grown.sizeBytes()).isEqualTo(3 * MIB);
        UUID other = UUID.randomUUID();
        PagingLu made = paging(false).request(other, 1, 5 * MIB + 1);
        assertThat(made.luName()).startsWith("paging-");
        assertThat(made.sizeBytes()).isEqualTo(5 * MIB + 512);
        assertThat(a.storage.lu(made.luName()).thick()).isFalse();
        assertThat(a.storage.lu("small").sizeBytes()).isEqualTo(MIB);
    }

    @Test
    void laterRequestsGoToTheSameLuWhichGrowsAndShrinks() {
        pool("p", 1);
        PagingLu first = paging(true).request(partition, 1, 2 * MIB);
        try (OpenLu open = a.storage.open(first.lu(), 1, "paging")) {
            write(open, MIB, 1);
            PagingLu more = paging(true).request(partition, 1, 4 * MIB);
            assertThat(more.lu()).isEqualTo(first.lu());
            assertThat(open.sizeBytes()).isEqualTo(4 * MIB);
            assertThat(read(open, MIB)).isEqualTo(1);
            paging(true).request(partition, 1, MIB);
            assertThat(open.sizeBytes()).isEqualTo(MIB);
            assertFails(StorageError.WRONG_CLIENT, () -> paging(true).request(partition, 2, MIB));
            assertFails(StorageError.LU_LOCKED, () -> paging(true).release(partition));
        }
    }

    @Test
    void whatIsTakenBackHasNoContentAndIsGivenAgain() {
        pool("p", 1);
        PagingLu first = paging(true).request(partition, 1, 2 * MIB);
        try (OpenLu open = a.storage.open(first.lu(), 1, "paging")) {
            write(open, 0, 1);
        }
        paging(true).release(partition);
        paging(true).release(partition);
        assertThat(paging(true).of(partition)).isEmpty();
        PagingLu again = paging(true).request(UUID.randomUUID(), 1, MIB);
        assertThat(again.lu()).isEqualTo(first.lu());
        assertThat(get(a, again.luName(), 0)).isZero();
        assertFails(StorageError.BAD_SIZE, () -> paging(true).request(UUID.randomUUID(), 1, 0));
    }

    @Test
    void aNodeThatHasNotHeardOfAPoolYetMakesALuInIt() {
        TestNode b = node("b", UUID.randomUUID());
        assertThat(b.storage.pools()).isEmpty();
        b.views.standStill(1);
        pool("p", 1);
        assertThat(b.storage.groups().groups()).isEmpty();
        PagingLu given =
                b.storage.paging(new PagingPolicy(true, Optional.empty())).request(partition, 1, MIB);
        assertThat(a.storage.lu(given.luName()).sizeBytes()).isEqualTo(MIB);
    }
}
