package org.serai.partition.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.serai.ffdc.SeraiException;
import org.serai.hypervisor.MachineState;
import org.serai.partition.LparState;
import org.serai.partition.Outcome;
import org.serai.partition.PartitionError;
import org.serai.partition.core.record.ImageRow;
import org.serai.partition.core.record.LparRow;
import org.serai.storage.LuKind;

/** Hibernation and resume: an image is used once, and only by the partition that it is of. */
class HibernationTest extends TwoNodes {
    @Test
    void aPartitionFallsAsleepOnOneNodeAndWakesOnAnother() {
        a.partitions.start("web", HERE, a.tell());
        machine(a).counter = 4711;

        Outcome asleep = a.partitions.hibernate("web", a.tell());

        assertThat(asleep.timesMs()).containsKey("hibernate_ms");
        assertThat(asleep.lpar().image()).hasValueSatisfying(i -> {
            assertThat(i.stateBytes()).isGreaterThan(MemoryHypervisor.BALLAST_BYTES);
            assertThat(i.storedBytes()).isPositive();
        });
        asleepAgainstHarm();
        assertThat(machine(a).state()).isEqualTo(MachineState.ENDED);

        Outcome awake = b.partitions.resume("web", HERE, b.tell());

        assertThat(awake.lpar().state()).isEqualTo(LparState.RUNNING);
        assertThat(awake.lpar().node()).contains("b");
        assertThat(awake.lpar().epoch()).isGreaterThan(asleep.lpar().epoch());
        assertThat(awake.lpar().adapters().getFirst().id()).isEqualTo(1);
        assertThat(awake.lpar().adapters().getFirst().drcName()).isEqualTo("UT.M.Sb-V2-C2");
        assertThat(awake.timesMs()).containsKeys("verify_ms", "restore_ms", "resume_ms");
        assertThat(machine(b).counter).isEqualTo(4711);
        assertThat(world.images()).isEmpty();
        assertThat(world.hibernationLus()).isEmpty();
    }

    @Test
    void anImageIsRestoredOnce() {
        a.partitions.start("web", HERE, a.tell());
        a.partitions.hibernate("web", a.tell());
        var image = world.images().getFirst();
        b.partitions.resume("web", HERE, b.tell());
        failsWith(PartitionError.WRONG_STATE, () -> b.partitions.resume("web", HERE, b.tell()));
        b.partitions.stop("web", GRACE, b.tell());
        failsWith(PartitionError.WRONG_STATE, () -> a.partitions.resume("web", HERE, a.tell()));

        // Somebody puts the old record back by hand: the epoch still says what it is.
        var row = a.partitions.lpar("web");
        world.lu("copy", 1, LuKind.HIBERNATION, 1 << 20);
        var copy = world.hibernationLus().getFirst().id();
        world.database.write(tx -> {
            tx.insert(new ImageRow(image.lpar(), copy, image.epoch(), image.node(), 1, 1, "00", image.luEpochs()));
            var lpar = tx.get(LparRow.class, row.id()).orElseThrow();
            return tx.update(lpar.in(LparState.HIBERNATED));
        });
        failsWith(PartitionError.WRONG_STATE, () -> b.partitions.resume("web", HERE, b.tell()));
    }

    @Test
    void anUnusedHibernationLuIsUsedAndKept() {
        world.lu("asleep", 1, LuKind.HIBERNATION, 128 << 20);
        world.lu("foreign", 2, LuKind.HIBERNATION, 128 << 20);
        world.lu("small", 1, LuKind.HIBERNATION, 1 << 20);
        a.partitions.start("web", HERE, a.tell());
        assertThat(a.partitions
                        .hibernate("web", a.tell())
                        .lpar()
                        .image()
                        .orElseThrow()
                        .lu())
                .isEqualTo("asleep");
        b.partitions.resume("web", HERE, b.tell());
        assertThat(world.hibernationLus()).hasSize(3);
    }

    @Test
    void theImagesSpaceIsAskedForWhileThePartitionRuns() {
        List<Long> expected = new ArrayList<>();
        a.partitions.start("web", HERE, a.tell());
        world.pool.onExpected = bytes -> {
            assertThat(machine(a).state()).isEqualTo(MachineState.RUNNING);
            assertThat(a.partitions.lpar("web").state()).isEqualTo(LparState.RUNNING);
            expected.add(bytes);
        };
        long memoryBytes = a.partitions.hibernate("web", a.tell()).lpar().memoryBytes();
        assertThat(expected).containsExactly(memoryBytes / 2);
    }

    @Test
    void theStateOfASleepingPartitionIsDroppedOnlyWhenThatIsSaid() {
        a.partitions.start("web", HERE, a.tell());
        failsWith(PartitionError.WRONG_STATE, () -> a.partitions.dropImage("web", a.tell()));
        a.partitions.hibernate("web", a.tell());
        for (SeraiException refused : List.of(
                failsWith(PartitionError.WRONG_STATE, () -> b.partitions.stop("web", GRACE, b.tell())),
                failsWith(PartitionError.WRONG_STATE, () -> b.partitions.delete("web")))) {
            assertThat(refused.reason()).contains("it is hibernated");
            assertThat(refused.action()).contains("lpar:resume web", "lpar:stop web --drop-image");
        }
        assertThat(world.hibernationLus()).hasSize(1);
        b.partitions.dropImage("web", b.tell());
        assertThat(b.partitions.lpar("web").state()).isEqualTo(LparState.STOPPED);
        assertThat(world.hibernationLus()).isEmpty();
        a.partitions.start("web", HERE, a.tell());
        failsWith(PartitionError.RUNS_ELSEWHERE, () -> b.partitions.delete("web"));
        a.partitions.hibernate("web", a.tell());
        a.partitions.dropImage("web", a.tell());
        b.partitions.delete("web");
        assertThat(world.hibernationLus()).isEmpty();
        assertThat(world.held()).isEmpty();
        failsWith(PartitionError.NO_SUCH_LPAR, () -> b.partitions.lpar("web"));
        assertThat(a.partitions
                        .create(world.spec("web", "data1"))
                        .adapters()
                        .getFirst()
                        .id())
                .isEqualTo(2);
    }
}
