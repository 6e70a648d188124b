package org.serai.scsi.target.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.serai.cluster.ClusterError;
import org.serai.database.DatabaseError;
import org.serai.scsi.spi.Nexus;
import org.serai.scsi.spi.Nexus.TaskManagementFunction;
import org.serai.scsi.spi.ScsiTask;
import org.serai.scsi.target.lu.Erasing;
import org.serai.scsi.target.lu.UnitState;
import org.serai.storage.StorageError;

/** Commands that erase all of an LU. */
class SanitizeTest extends ScsiRig {
    private static final String BLOCK_ERASE = "48 02 00 00 00 00 00 00 00 00";
    private static final String BLOCK_ERASE_UNRESTRICTED = "48 22 00 00 00 00 00 00 00 00";
    private static final String EXIT_FAILURE_MODE = "48 1f 00 00 00 00 00 00 00 00";
    private static final String READ = "28 00 00 00 00 00 00 00 01 00";

    private void fails(String cdb) {
        lu.failWith(StorageError.IO_FAILED.error("what", "cause", "action"));
        run(0, cdb);
        assertThat(sense()).containsExactly(3, 0x31, 3);
        lu.heal();
    }

    @ParameterizedTest
    @CsvSource({BLOCK_ERASE, BLOCK_ERASE_UNRESTRICTED, "48 82 00 00 00 00 00 00 00 00", "04 00 00 00 00 00"})
    void everythingIsGoneDurably(String cdb) {
        run(0, "2a 00 00 00 00 00 00 00 40 00", filled(64, 1));
        run(0, cdb);
        assertThat(task.status()).isZero();
        await().until(() -> {
            run(0, READ);
            return task.status() == 0;
        });
        assertThat(lu.flushes()).isEqualTo(1);
        assertThat(lu.holds(0, 0)).isTrue();
        assertThat(lu.holds(63, 0)).isTrue();
        assertThat(lu.rangeAt(0).given()).isFalse();
        run(0, READ);
        assertThat(task.status()).isZero();
    }

    @Test
    void othersAreToldOfTheProgressMeanwhile() {
        Nexus other = registry.login(TARGET, INITIATOR, "second port", new TestOwner());
        ScsiTask its = new ScsiTask();
        its.start(0, ByteBuffer.allocate(0), ByteBuffer.allocate(0));
        other.execute(its);
        List<List<Byte>> told = new ArrayList<>();
        lu.whenZeroed(() -> {
            for (int opcode : new int[] {0x00, 0x28, 0x48, 0x1b}) {
                its.cdb()[0] = (byte) opcode;
                its.cdb()[1] = (byte) (opcode == 0x48 ? 2 : 0);
                its.start(0, ByteBuffer.allocate(0), ByteBuffer.allocate(0));
                other.execute(its);
                told.add(List.of(its.sense()[2], its.sense()[12], its.sense()[13], its.sense()[15]));
            }
            ByteBuffer sense = ByteBuffer.allocate(18);
            its.cdb()[0] = 0x03;
            its.cdb()[1] = 0;
            its.cdb()[4] = 18;
            its.start(0, ByteBuffer.allocate(0), sense);
            other.execute(its);
            told.add(List.of(sense.get(2), sense.get(12), sense.get(13), sense.get(15)));
            its.cdb()[0] = 0x12;
            its.start(0, ByteBuffer.allocate(0), sense.clear());
            other.execute(its);
            assertThat(its.status()).as("INQUIRY").isZero();
        });
        run(0, BLOCK_ERASE);
        assertThat(task.status()).isZero();
        assertThat(told).hasSize(5).allMatch(List.of((byte) 2, (byte) 4, (byte) 0x1B, (byte) 0x80)::equals);
    }

    @Test
    void whatFailedIsLeftByAnotherOneOnly() {
        fails(BLOCK_ERASE);
        run(0, READ);
        assertThat(sense()).containsExactly(3, 0x31, 3);
        assertThat(run(0, "03 00 00 00 12 00")[12]).isEqualTo((byte) 0x31);
        run(0, EXIT_FAILURE_MODE);
        assertThat(sense()).containsExactly(5, 0x24, 0);
        run(0, BLOCK_ERASE);
        assertThat(task.status()).isZero();
        run(0, READ);
        assertThat(task.status()).isZero();
    }

    @Test
    void whatFailedUnrestrictedCanBeLeft() {
        fails(BLOCK_ERASE_UNRESTRICTED);
        run(0, READ);
        assertThat(sense()).containsExactly(3, 0x31, 3);
        run(0, EXIT_FAILURE_MODE);
        assertThat(task.status()).isZero();
        run(0, READ);
        assertThat(task.status()).isZero();
        run(0, EXIT_FAILURE_MODE);
        assertThat(task.status()).as("nothing failed").isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "48 42 00 00 00 00 00 00 00 00, 1",
        "48 02 01 00 00 00 00 00 00 00, 2",
        "48 02 00 00 00 00 01 00 00 00, 6",
        "48 02 00 00 00 00 00 00 08 00, 7",
        "48 1f 00 00 00 00 00 00 08 00, 7",
        "48 01 00 00 00 00 00 00 00 00, 1",
        "48 03 00 00 00 00 00 00 00 00, 1",
        "04 80 00 00 00 00, 1",
        "04 05 00 00 00 00, 1"
    })
    void whatCannotBeIsRefusedAtItsField(String cdb, int field) {
        run(0, "2a 00 00 00 00 00 00 00 01 00", filled(1, 1));
        run(0, cdb, new byte[8]);
        assertThat(sense()).containsExactly(5, 0x24, 0);
        assertThat(task.sense()[17]).isEqualTo((byte) field);
        assertThat(lu.holds(0, 1)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"0, 1, 0", "1, 8, 1", "3, 9, 3"})
    void aFormatWithListsIsRefused(int at, int value, int field) {
        byte[] header = new byte[4];
        header[at] = (byte) value;
        run(0, "04 10 00 00 00 00", header);
        assertThat(sense()).containsExactly(5, 0x26, 0);
        assertThat(task.sense()[17]).isEqualTo((byte) field);
        run(0, "04 10 00 00 00 00", new byte[3]);
        assertThat(sense()).containsExactly(5, 0x1A, 0);
        run(0, "04 30 00 00 00 00", new byte[8]);
        assertThat(task.status()).isZero();
    }

    private static final String BLOCK_ERASE_IMMED = "48 82 00 00 00 00 00 00 00 00";

    private void waits() {
        lu.failWith(ClusterError.FENCED.error("what", "cause", "action"));
    }

    private List<Erasing> keptStates() {
        return states.written().stream().map(UnitState::erasing).toList();
    }

    @Test
    void whatWasNotErasedToTheEndIsWhereverTheLuIsServedNext() {
        run(0, "2a 00 00 00 00 00 00 00 40 00", filled(64, 1));
        waits();
        run(0, BLOCK_ERASE_IMMED);
        assertThat(task.status()).as("sure to be done").isZero();
        assertThat(keptStates()).containsExactly(Erasing.SANITIZING);
        target.pause();
        lu.heal();
        assertThat(lu.holds(63, 1)).isTrue();
        target.resume();
        await().until(() -> keptStates().equals(List.of(Erasing.SANITIZING, Erasing.NOTHING)));
        assertThat(lu.holds(0, 0)).isTrue();
        assertThat(lu.holds(63, 0)).isTrue();
        run(0, READ);
        assertThat(task.status()).isZero();
    }

    @Test
    void nothingIsSaidToBeErasedBeforeThatIsKept() throws InterruptedException {
        states.failWith(DatabaseError.UNREACHABLE.error("what", "cause", "action"));
        AtomicInteger status = new AtomicInteger(-1);
        Thread asking = Thread.ofPlatform().start(() -> status.set(runAside(BLOCK_ERASE_IMMED)));
        await().until(() -> {
            run(0, READ);
            return task.status() == 2;
        });
        assertThat(sense()).containsExactly(2, 4, 0x1B);
        assertThat(status).hasValue(-1);
        states.heal();
        asking.join();
        assertThat(status).hasValue(0);
        await().until(() -> keptStates().equals(List.of(Erasing.SANITIZING, Erasing.NOTHING)));
    }

    private int runAside(String cdb) {
        Nexus other = registry.login(TARGET, INITIATOR, "other port", new TestOwner());
        ScsiTask its = new ScsiTask();
        its.start(0, ByteBuffer.allocate(0), ByteBuffer.allocate(0));
        other.execute(its);
        byte[] bytes = HexFormat.of().parseHex(cdb.replace(" ", ""));
        System.arraycopy(bytes, 0, its.cdb(), 0, bytes.length);
        its.start(0, ByteBuffer.allocate(0), ByteBuffer.allocate(0));
        other.execute(its);
        return its.status();
    }

    @Test
    void aFormatIsAbortedWithTheCommandsOfItsNexus() throws InterruptedException {
        waits();
        AtomicInteger status = new AtomicInteger(-1);
        Thread asking = Thread.ofPlatform().start(() -> status.set(runAside("04 00 00 00 00 00")));
        await().until(() -> {
            run(0, READ);
            return task.status() == 2;
        });
        assertThat(sense()).containsExactly(2, 4, 4);
        nexus.manage(TaskManagementFunction.CLEAR_TASK_SET, 0);
        asking.join();
        lu.heal();
        assertThat(status).hasValue(2);
        run(0, READ);
        assertThat(sense()).containsExactly(3, 0x31, 0);
        assertThat(keptStates()).containsExactly(Erasing.FORMATTING, Erasing.FORMAT_FAILED);
        run(0, "04 00 00 00 00 00");
        assertThat(task.status()).isZero();
        run(0, READ);
        assertThat(task.status()).isZero();
    }

    @Test
    void aWayOutIsNotToBeHadByAskingAgain() {
        fails(BLOCK_ERASE);
        run(0, BLOCK_ERASE_UNRESTRICTED);
        assertThat(sense()).containsExactly(5, 0x24, 0);
        assertThat(task.sense()[17]).isEqualTo((byte) 1);
    }

    @Test
    void aFailureIsFoundWhereverTheLuIsServedNext() {
        fails(BLOCK_ERASE);
        target.pause();
        target.resume();
        run(0, READ);
        assertThat(sense()).containsExactly(3, 0x31, 3);
    }

    @Test
    void pathsAndReservationsAreToldOfMeanwhile() {
        waits();
        run(0, BLOCK_ERASE_IMMED);
        for (String cdb :
                List.of("a3 0a 00 00 00 00 00 00 00 ff 00 00", "5e 00 00 00 00 00 00 00 ff 00", "1a 08 08 00 ff 00")) {
            run(0, cdb);
            assertThat(task.status()).as(cdb).isZero();
        }
        target.pause();
    }

    @Test
    void whatIsBeingWrittenWhenAnErasureBeginsIsErasedToo() throws InterruptedException {
        CountDownLatch reading = new CountDownLatch(1);
        CountDownLatch until = new CountDownLatch(1);
        lu.whenRead(() -> {
            reading.countDown();
            await().until(() -> until.getCount() == 0);
        });
        Nexus other = registry.login(TARGET, INITIATOR, "other port", new TestOwner());
        ScsiTask its = new ScsiTask();
        its.start(0, ByteBuffer.allocate(0), ByteBuffer.allocate(0));
        other.execute(its);
        // reads, compares with zeros, and then writes
        its.cdb()[0] = (byte) 0x89;
        its.cdb()[13] = 1;
        byte[] both = filled(2, 1);
        Arrays.fill(both, 0, 512, (byte) 0);
        its.start(0, ByteBuffer.wrap(both), ByteBuffer.allocate(0));
        Thread writer = Thread.ofPlatform().start(() -> other.execute(its));
        reading.await();
        run(0, BLOCK_ERASE_IMMED);
        assertThat(task.status()).isZero();
        until.countDown();
        writer.join();
        assertThat(its.status()).as("it was let in before").isZero();
        await().until(() -> keptStates().equals(List.of(Erasing.SANITIZING, Erasing.NOTHING)));
        assertThat(lu.holds(0, 0)).isTrue();
    }
}
