package org.serai.storage.core;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.serai.ffdc.ErrorCode;
import org.serai.storage.AccessPolicy;
import org.serai.storage.DiskGroup;
import org.serai.storage.GroupChange;
import org.serai.storage.GroupChange.CreateGroup;
import org.serai.storage.GroupChange.CreateTier;
import org.serai.storage.GroupChange.DeleteGroup;
import org.serai.storage.GroupChange.DeleteTier;
import org.serai.storage.GroupChange.SetGroupPvs;
import org.serai.storage.GroupChange.SetPolicy;
import org.serai.storage.GroupChange.SetTierPvs;
import org.serai.storage.Lu;
import org.serai.storage.LuKind;
import org.serai.storage.LuSpec;
import org.serai.storage.OpenLu;
import org.serai.storage.Plan;
import org.serai.storage.PoolUpkeep.PvMap;
import org.serai.storage.Progress;
import org.serai.storage.StorageError;
import org.serai.storage.TierName;
import org.slf4j.LoggerFactory;

class DiskGroupsTest extends Nodes {
    private void apply(GroupChange change) {
        assertThat(a.storage.groups().plan(change).obstacles()).isEmpty();
        a.storage.groups().apply(change, Progress.NONE);
    }

    private void refused(ErrorCode code, GroupChange change) {
        Plan plan = a.storage.groups().plan(change);
        assertThat(plan.isPossible()).isFalse();
        assertThat(plan.obstacles()).extracting(e -> e.code()).containsExactly(code);
        assertFails(code, () -> a.storage.groups().apply(change, Progress.NONE));
    }

    private List<UUID> lusOn(int pv) {
        PvMap map = a.storage.poolUpkeep().map("p").get(pv);
        return map.parts().stream().map(part -> part.lu()).distinct().toList();
    }

    @Test
    void aPoolBeginsWithOneGroupAndOneTierOfAllPvs() {
        pool("p", 3);
        DiskGroup group = a.storage.groups().group("p", "default");
        assertThat(group.pvs()).hasSize(3);
        assertThat(group.tiers()).hasSize(1);
        assertThat(a.storage.groups().tier(TierName.of("p")).pvs()).hasSize(3);
        Lu lu = lu("l", "p");
        assertThat(lu.place().tier()).isEqualTo(TierName.of("p/default/default"));
        DiskGroup used = a.storage.groups().group("p", "default");
        assertThat(used.space().committedBytes()).isEqualTo(16 * MIB);
        assertThat(used.space().sizeBytes()).isEqualTo(a.storage.pool("p").sizeBytes());
    }

    @Test
    void anLuHasItsSpaceOnThePvsOfItsTier() {
        pool("p", 3);
        apply(new CreateGroup("p", "gold", List.of(pv("p", 1), pv("p", 2)), AccessPolicy.OPEN));
        apply(new CreateTier(TierName.of("p/gold/fast"), List.of(pv("p", 2))));
        Lu lu = lu("l", "p/gold/fast");
        put(a, lu, 0, 1);
        assertThat(lusOn(2)).containsExactly(lu.id());
        assertThat(lusOn(0)).isEmpty();
        assertThat(a.storage.groups().tier(TierName.of("p/gold/fast")).lus()).isEqualTo(1);
        refused(StorageError.GROUP_IN_USE, new DeleteTier(TierName.of("p/gold/fast")));
        refused(StorageError.GROUP_IN_USE, new DeleteGroup("p", "gold"));
        refused(StorageError.GROUP_IN_USE, new SetGroupPvs("p", "gold", List.of(pv("p", 1))));
        refused(StorageError.GROUP_EXISTS, new CreateGroup("p", "gold", List.of(pv("p", 1)), AccessPolicy.OPEN));
        refused(StorageError.NO_SUCH_PV, new CreateGroup("p", "new", List.of("/no"), AccessPolicy.OPEN));
        refused(StorageError.PV_UNUSABLE, new CreateTier(TierName.of("p/gold/slow"), List.of(pv("p", 0))));
        a.storage.deleteLu("l");
        apply(new DeleteTier(TierName.of("p/gold/fast")));
        apply(new DeleteGroup("p", "gold"));
    }

    @Test
    void aTierGetsOtherPvsAndItsLusGoThereWhileTheyAreInUse() {
        pool("p", 3);
        TierName tier = TierName.of("p/default/t");
        apply(new CreateTier(tier, List.of(pv("p", 0))));
        Lu lu = lu("l", tier.toString());
        try (OpenLu open = a.storage.open(lu.id(), 1, "running")) {
            write(open, 0, 7);
            apply(new SetTierPvs(tier, List.of(pv("p", 1))));
            assertThat(lusOn(0)).isEmpty();
            assertThat(lusOn(1)).containsExactly(lu.id());
            assertThat(read(open, 0)).isEqualTo(7);
            write(open, 8 * MIB, 8);
            assertThat(lusOn(0)).isEmpty();
        }
    }

    @Test
    void aPolicyKeepsOutClientsAndNodesAtEveryOpenAndIsASecurityEvent() {
        pool("p", 1);
        Lu lu = lu("l", "p");
        a.storage.open(lu.id(), 1, "fine").close();
        apply(new SetPolicy("p", "default", new AccessPolicy(Set.of(2L), Set.of())));
        Logger security = (Logger) LoggerFactory.getLogger("org.serai.security");
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        security.addAppender(lines);
        try {
            assertFails(StorageError.GROUP_DENIED, () -> a.storage.open(lu.id(), 1, "not any more"));
        } finally {
            security.detachAppender(lines);
        }
        assertThat(lines.list).hasSize(1);
        assertThat(lines.list.getFirst().getFormattedMessage()).contains("client 1", "LU l", "default", "not any more");
        assertFails(StorageError.GROUP_DENIED, () -> lu("second", "p"));
        assertThat(a.storage.lus()).hasSize(1);

        apply(new SetPolicy("p", "default", new AccessPolicy(Set.of(), Set.of(UUID.randomUUID()))));
        assertFails(StorageError.GROUP_DENIED, () -> a.storage.open(lu.id(), 1, "wrong node"));
        apply(new SetPolicy("p", "default", new AccessPolicy(Set.of(1L), Set.of(a.id))));
        a.storage.open(lu.id(), 1, "fine again").close();
    }

    @Test
    void nothingIsDoneByAPlan() {
        pool("p", 2);
        Plan plan = a.storage.groups().plan(new CreateGroup("p", "g", List.of(pv("p", 0)), AccessPolicy.OPEN));
        assertThat(plan.steps()).hasSize(1);
        assertThat(plan.isPossible()).isTrue();
        assertFails(StorageError.NO_SUCH_GROUP, () -> a.storage.groups().group("p", "g"));
        assertFails(
                StorageError.NO_SUCH_GROUP,
                () -> a.storage.createLu(new LuSpec("l", TierName.of("p/g/t"), 1, LuKind.DATA, MIB, false)));
    }
}
