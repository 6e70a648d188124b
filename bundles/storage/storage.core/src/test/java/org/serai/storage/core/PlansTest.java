package org.serai.storage.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.serai.ffdc.ErrorCode;
import org.serai.ffdc.SeraiException;
import org.serai.storage.CopySpec;
import org.serai.storage.Lu;
import org.serai.storage.LuKind;
import org.serai.storage.LuPart.Purpose;
import org.serai.storage.LuSpec;
import org.serai.storage.OpenLu;
import org.serai.storage.PartSpec;
import org.serai.storage.Parts;
import org.serai.storage.Plan;
import org.serai.storage.Pool;
import org.serai.storage.PoolSpec;
import org.serai.storage.PoolSpec.PvSpec;
import org.serai.storage.Redundancy;
import org.serai.storage.StorageError;
import org.serai.storage.TierName;

/** A plan refuses what the change itself would refuse, and changes nothing. */
class PlansTest extends Nodes {
    private Parts parts;
    private Redundancy redundancy;
    private Pool p;
    private Pool q;
    private Lu lu;

    @BeforeEach
    void makeAnLu() {
        p = pool("p", 1);
        q = pool("q", 1);
        lu = lu("l", "p");
        parts = a.storage.parts();
        redundancy = a.storage.redundancy();
    }

    private static void assertRefused(Plan plan, ErrorCode... codes) {
        assertThat(plan.obstacles()).extracting(SeraiException::code).containsExactly(codes);
        assertThat(plan.isPossible()).isEqualTo(codes.length == 0);
    }

    private static PartSpec part(String name, long sizeBytes) {
        return new PartSpec("l", name, Purpose.DATA, sizeBytes);
    }

    private static CopySpec copy(String lu, String copy, String tier) {
        return new CopySpec(lu, copy, TierName.of(tier));
    }

    @Test
    void aPoolIsPlannedWithItsNameAndPvs() {
        assertRefused(a.storage.planPool(spec("r", "new.pv")));
        assertRefused(a.storage.planPool(spec("p", "new.pv")), StorageError.POOL_EXISTS);
        assertRefused(a.storage.planPool(spec("r", "p0.pv")), StorageError.PV_IN_USE);
        assertThat(a.storage.pools()).hasSize(2);
    }

    private PoolSpec spec(String name, String pv) {
        return new PoolSpec(
                name,
                driver(),
                List.of(new PvSpec(folder.resolve(pv).toString(), OptionalLong.of(64 * MIB))),
                OptionalLong.empty());
    }

    private TestNode second() {
        TestNode b = node("b", UUID.randomUUID());
        awaitAttached(b, p);
        awaitAttached(b, q);
        await().until(() -> !b.storage.lus().isEmpty());
        return b;
    }

    @Test
    void aPartIsPlannedWithRoomAndName() {
        assertRefused(parts.planCreate(part("one", MIB)));
        assertThat(parts.parts("l")).isEmpty();
        parts.create(part("one", MIB));
        assertRefused(parts.planCreate(part("one", MIB)), StorageError.PART_EXISTS);
        assertRefused(parts.planCreate(part("two", 16 * MIB)), StorageError.BAD_SIZE);
        assertRefused(parts.planCreate(part("two", 100)), StorageError.BAD_SIZE);
        assertRefused(parts.planCreate(new PartSpec("none", "one", Purpose.DATA, MIB)), StorageError.NO_SUCH_LU);
        assertRefused(parts.planResize("l", "one", 16 * MIB));
        assertRefused(parts.planResize("l", "one", 17 * MIB), StorageError.BAD_SIZE);
        assertRefused(parts.planResize("l", "two", MIB), StorageError.NO_SUCH_PART);
        assertRefused(parts.planDelete("l", "one"));
        assertThat(parts.part("l", "one").sizeBytes()).isEqualTo(MIB);
    }

    @Test
    void aPartIsPlannedWithLocks() {
        TestNode b = second();
        try (OpenLu open = a.storage.open(lu.id(), 1, "running")) {
            assertThat(open.epoch()).isPositive();
            assertRefused(parts.planCreate(part("one", MIB)), StorageError.LU_LOCKED);
        }
        parts.create(part("one", MIB));
        try (OpenLu open = parts.open(lu.id(), "one", 1, "using it")) {
            assertThat(open.epoch()).isPositive();
            assertRefused(parts.planCreate(part("two", MIB)));
            assertRefused(parts.planResize("l", "one", 2 * MIB));
            assertRefused(parts.planDelete("l", "one"), StorageError.LU_LOCKED);
            await().until(() -> b.storage.lu("l").lock().isPresent());
            assertRefused(b.storage.parts().planCreate(part("two", MIB)), StorageError.LU_LOCKED);
        }
    }

    @Test
    void aCopyIsPlannedWithNameAndPlace() {
        assertRefused(redundancy.planAdd(copy("l", "l2", "q")));
        assertRefused(redundancy.planAdd(copy("l", "l", "q")), StorageError.LU_EXISTS);
        assertRefused(redundancy.planAdd(copy("l", "l2", "p")), StorageError.NOT_REDUNDANT);
        assertRefused(redundancy.planAdd(copy("none", "l2", "q")), StorageError.NO_SUCH_LU);
        assertRefused(redundancy.planAdd(copy("l", "l2", "r")), StorageError.NO_SUCH_POOL);
        assertThat(a.storage.lus()).hasSize(1);
        redundancy.add(copy("l", "l2", "q"));
        assertRefused(redundancy.planAdd(copy("l", "l3", "q")), StorageError.NOT_REDUNDANT);
        assertRefused(redundancy.planResync("l"));
        assertRefused(redundancy.planRemove("l"));
        assertThat(redundancy.redundantLus()).hasSize(1);
    }

    @Test
    void aCopyIsPlannedWithRoom() {
        a.storage.createLu(new LuSpec("thick", TierName.of("p"), 1, LuKind.DATA, 16 * MIB, true));
        a.storage.createLu(new LuSpec("other", TierName.of("q"), 1, LuKind.DATA, 40 * MIB, true));
        assertRefused(redundancy.planAdd(copy("thick", "l2", "q")));
        a.storage.createLu(new LuSpec("more", TierName.of("q"), 1, LuKind.DATA, 12 * MIB, true));
        assertRefused(redundancy.planAdd(copy("thick", "l2", "q")), StorageError.POOL_FULL);
        assertRefused(redundancy.planAdd(copy("l", "l2", "q")));
    }

    @Test
    void aCopyIsPlannedWithLocks() {
        TestNode b = second();
        try (OpenLu open = a.storage.open(lu.id(), 1, "running")) {
            assertThat(open.epoch()).isPositive();
            assertRefused(redundancy.planAdd(copy("l", "l2", "q")));
            await().until(() -> b.storage.lu("l").lock().isPresent());
            assertRefused(b.storage.redundancy().planAdd(copy("l", "l2", "q")), StorageError.LU_LOCKED);
            redundancy.add(copy("l", "l2", "q"));
            await().until(() -> List.of("l2")
                    .equals(b.storage.redundancy().redundantLus().stream()
                            .map(pair -> pair.copyName())
                            .toList()));
            assertRefused(b.storage.redundancy().planRemove("l"), StorageError.LU_LOCKED);
            assertRefused(b.storage.redundancy().planResync("l"), StorageError.LU_LOCKED);
        }
    }
}
