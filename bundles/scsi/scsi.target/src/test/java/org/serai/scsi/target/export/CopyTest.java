package org.serai.scsi.target.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.serai.scsi.ExportSpec;
import org.serai.scsi.ExportSpec.Disk;
import org.serai.scsi.ExportSpec.HostPage;
import org.serai.scsi.spi.Nexus;
import org.serai.scsi.spi.Nexus.TaskManagementFunction;
import org.serai.scsi.spi.ScsiTask;
import org.serai.scsi.target.ArrayLu;
import org.serai.scsi.target.lu.DeviceName;

/** EXTENDED COPY and what is told of it afterwards. */
class CopyTest extends ScsiRig {
    private static final UUID ELSEWHERE = UUID.fromString("99999999-2222-4333-8444-555555555555");
    private static final String HIM = "iqn.2026-11.org.example:him";

    private static ByteBuffer target(UUID serial) {
        ByteBuffer descriptor =
                ByteBuffer.allocate(32).put(0, (byte) 0xE4).put(4, (byte) 1).put(5, (byte) 3);
        return descriptor.put(7, (byte) 8).putLong(8, DeviceName.naa(serial)).putInt(28, 512);
    }

    private static ByteBuffer segment(int source, int destination, int blocks, long from, long to) {
        ByteBuffer descriptor = ByteBuffer.allocate(28).put(0, (byte) 2).putShort(2, (short) 24);
        descriptor.putShort(4, (short) source).putShort(6, (short) destination).putShort(10, (short) blocks);
        return descriptor.putLong(12, from).putLong(20, to);
    }

    private static ByteBuffer list(int id, List<ByteBuffer> targets, List<ByteBuffer> segments) {
        ByteBuffer list = ByteBuffer.allocate(16 + 32 * targets.size() + 28 * segments.size());
        list.put((byte) id)
                .put((byte) 0)
                .putShort((short) (32 * targets.size()))
                .putInt(0);
        list.putInt(28 * segments.size()).putInt(0);
        targets.forEach(list::put);
        segments.forEach(list::put);
        return list;
    }

    private static ByteBuffer one(ByteBuffer target, ByteBuffer segment) {
        return list(1, List.of(target), List.of(segment));
    }

    private void copy(ByteBuffer list) {
        run(0, String.format("83 00 00 00 00 00 00 00 00 00 %08x 00 00", list.capacity()), list.array());
    }

    private String status(int list) {
        return HexFormat.of().formatHex(run(0, String.format("84 00 %02x 00000000000000 000000ff 00 00", list)));
    }

    @Test
    void blocksAreCopiedBetweenTheUnitsOfATarget() {
        run(0, "2a 00 00 00 00 05 00 00 02 00", filled(2, 7));
        copy(list(
                9,
                List.of(target(SERIAL), target(VIOS)),
                List.of(segment(0, 1, 2, 5, 1), segment(1, 0, 1, 1, 20), segment(0, 0, 0, 0, 0))));
        assertThat(task.status()).isZero();
        // the second unit begins with a unit attention
        assertThat(run(1, "28 00 00 00 00 00 00 00 04 00")).isEmpty();
        byte[] expected = new byte[4 * 512];
        Arrays.fill(expected, 512, 3 * 512, (byte) 7);
        assertThat(run(1, "28 00 00 00 00 00 00 00 04 00")).isEqualTo(expected);
        assertThat(lu.holds(20, 7)).isTrue();
        assertThat(status(9))
                .as("completed, 3 segments, 3 blocks")
                .isEqualTo("00000008" + "010003" + "f1" + "00000003");
    }

    @Test
    void holesStayHoles() {
        run(0, "2a 00 00 00 00 00 00 00 10 00", filled(16, 7));
        run(0, "2a 00 00 00 00 22 00 00 01 00", filled(1, 9));
        copy(one(target(SERIAL), segment(0, 0, 8, 32, 0)));
        assertThat(task.status()).isZero();
        assertThat(lu.holds(2, 9)).isTrue();
        assertThat(lu.holds(1, 0)).isTrue();
        assertThat(lu.holds(7, 0)).isTrue();
        assertThat(lu.holds(8, 7)).isTrue();
        assertThat(lu.rangeAt(0).given()).isFalse();
        assertThat(lu.rangeAt(2 * 512).given()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"0, 2", "2, 0"})
    void aRangeThatOverlapsItselfIsCopiedAsItWas(int from, int to) {
        for (int block = 0; block < 8; block++) {
            run(0, String.format("2a 00 00 00 00 %02x 00 00 01 00", block), filled(1, block + 1));
        }
        copy(one(target(SERIAL), segment(0, 0, 4, from, to)));
        for (int block = 0; block < 4; block++) {
            assertThat(lu.holds(to + block, from + block + 1)).isTrue();
        }
    }

    @Test
    void anEmptyListIsNoError() {
        run(0, "83 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00");
        assertThat(task.status()).isZero();
        copy(list(1, List.of(), List.of()));
        assertThat(task.status()).isZero();
    }

    @Test
    void aListThatIsCutIsRefused() {
        ByteBuffer list = one(target(SERIAL), segment(0, 0, 1, 0, 1));
        for (int length : new int[] {10, 47, list.capacity() - 1}) {
            run(0, String.format("83 00 00 00 00 00 00 00 00 00 %08x 00 00", length), list.array());
            assertThat(sense()).containsExactly(5, 0x1A, 0);
        }
        run(0, "83 00 00 00 00 00 00 00 00 00 00 00 00 4c 00 00", new byte[40]);
        assertThat(sense()).containsExactly(5, 0x1A, 0);
    }

    @Test
    void unknownKindsOfDescriptorsAreNamed() {
        copy(one(target(SERIAL).put(0, (byte) 0xE0), segment(0, 0, 1, 0, 1)));
        assertThat(sense()).containsExactly(5, 0x26, 7);
        assertThat(task.sense()[17]).isEqualTo((byte) 16);
        copy(one(target(SERIAL).put(1, (byte) 1), segment(0, 0, 1, 0, 1)));
        assertThat(sense()).as("a tape").containsExactly(5, 0x26, 7);
        copy(one(target(SERIAL), segment(0, 0, 1, 0, 1).put(0, (byte) 4)));
        assertThat(sense()).containsExactly(5, 0x26, 9);
        assertThat(task.sense()[17]).isEqualTo((byte) 48);
    }

    @Test
    void fieldsThatCannotBeArePointedAt() {
        copy(one(target(SERIAL).putInt(28, 4096), segment(0, 0, 1, 0, 1)));
        assertThat(sense()).containsExactly(5, 0x26, 0);
        assertThat(task.sense()[17]).isEqualTo((byte) 45);
        copy(one(target(SERIAL), segment(0, 0, 1, 0, 1).putShort(2, (short) 20)));
        assertThat(sense()).containsExactly(5, 0x26, 0);
        assertThat(task.sense()[17]).isEqualTo((byte) 50);
        copy(one(target(SERIAL), segment(0, 0, 1, 0, 1)).put(1, (byte) 0x18));
        assertThat(sense()).as("a list identifier, and nothing kept").containsExactly(5, 0x26, 0);
    }

    @Test
    void thereAreNoMoreDescriptorsThanIsTold() {
        ByteBuffer limits = ByteBuffer.wrap(run(0, "84 03 00 00 00 00 00 00 00 00 00 00 00 ff 00 00"));
        assertThat(limits.getInt(0)).isEqualTo(limits.limit() - 4);
        assertThat(limits.get(4)).as("SNLID").isEqualTo((byte) 1);
        int targets = limits.getShort(8);
        int segments = limits.getShort(10);
        ByteBuffer target = target(SERIAL);
        ByteBuffer segment = segment(0, 0, 1, 0, 1);
        copy(list(
                1,
                Collections.nCopies(targets + 1, target).stream()
                        .map(ByteBuffer::duplicate)
                        .toList(),
                List.of(segment.duplicate())));
        assertThat(sense()).containsExactly(5, 0x26, 6);
        copy(list(
                1,
                List.of(target.duplicate()),
                Collections.nCopies(segments + 1, segment).stream()
                        .map(ByteBuffer::duplicate)
                        .toList()));
        assertThat(sense()).containsExactly(5, 0x26, 8);
        assertThat(limits.getInt(12)).isGreaterThanOrEqualTo((targets + 1) * 32 + (segments + 1) * 28);
        assertThat(run(0, "84 03 00 00 00 00 00 00 00 00 00 00 00 04 00 00")).hasSize(4);
    }

    @Test
    void aSegmentThatCannotBeIsTheEndOfTheCopy() {
        run(0, "2a 00 00 00 00 00 00 00 01 00", filled(1, 7));
        copy(list(3, List.of(target(SERIAL)), List.of(segment(0, 0, 1, 0, 1), segment(0, 0, 2, 0, BLOCKS - 1))));
        assertThat(sense()).containsExactly(0xA, 0, 0);
        assertThat(ByteBuffer.wrap(task.sense()).getInt(3)).as("segment").isEqualTo(1);
        assertThat(task.sense()[15] & 0xFF).as("SKSV and SD").isEqualTo(0xA0);
        assertThat(task.sense()[17]).isEqualTo((byte) 20);
        assertThat(lu.holds(1, 7)).isTrue();
        assertThat(status(3)).as("with errors, 1 segment").isEqualTo("00000008" + "020001" + "f1" + "00000001");
    }

    @Test
    void whatIsNotReachedIsNotCopied() {
        copy(one(target(ELSEWHERE), segment(0, 0, 1, 0, 1)));
        assertThat(sense()).containsExactly(0xA, 8, 4);
        copy(one(target(SERIAL), segment(0, 1, 1, 0, 1)));
        assertThat(sense()).containsExactly(0xA, 8, 4);
    }

    @Test
    void anotherTargetIsReachedByWhoIsLoggedInAndMaySeeIt() {
        ArrayLu other = new ArrayLu(8);
        Disk disk = new Disk(other, ELSEWHERE, "elsewhere", new HostPage("U8286.42A.1234567", VIOS, 42));
        registry.add(new ExportSpec(TARGET + ".b", Optional.empty(), Optional.empty(), List.of(disk)), kept, states);
        run(0, "2a 00 00 00 00 00 00 00 01 00", filled(1, 7));
        ByteBuffer list = list(1, List.of(target(SERIAL), target(ELSEWHERE)), List.of(segment(0, 1, 1, 0, 3)));
        registry.login(TARGET + ".b", HIM, PORT, new TestOwner());
        copy(list);
        assertThat(sense()).as("not logged in").containsExactly(0xA, 8, 4);
        registry.login(TARGET + ".b", INITIATOR, INITIATOR + ",i,0x000000000002", new TestOwner());
        copy(list);
        assertThat(task.status()).isZero();
        assertThat(other.holds(3, 7)).isTrue();
    }

    @Test
    void whatAnotherHasReservedIsNotCopiedTo() {
        Nexus holder = registry.login(TARGET, HIM, HIM, new TestOwner());
        ScsiTask his = new ScsiTask();
        for (int i = 0; i < 2; i++) {
            his.start(1L << 48, ByteBuffer.allocate(0), in.clear());
            holder.execute(his);
        }
        his.cdb()[0] = 0x16;
        his.start(1L << 48, ByteBuffer.allocate(0), in.clear());
        holder.execute(his);
        assertThat(his.status()).isZero();
        copy(list(1, List.of(target(SERIAL), target(VIOS)), List.of(segment(0, 1, 1, 0, 3))));
        assertThat(sense()).containsExactly(0xA, 0x0D, 1);
    }

    @Test
    void whoHasNotProvenItselfReachesNothingThatIsForSomebody() {
        Disk disk = new Disk(new ArrayLu(8), ELSEWHERE, "his", new HostPage("U8286.42A.1234567", VIOS, 42));
        ExportSpec.Chap chap = new ExportSpec.Chap("user", "secret");
        registry.add(new ExportSpec(TARGET + ".his", Optional.of(HIM), Optional.of(chap), List.of(disk)), kept, states);
        registry.login(TARGET + ".his", HIM, "port", new TestOwner());
        copy(one(target(ELSEWHERE), segment(0, 0, 1, 0, 1)));
        assertThat(sense()).containsExactly(0xA, 8, 4);
    }

    @Test
    void onlyWhatWasCopiedHasAStatus() {
        run(0, "84 00 01 00 00 00 00 00 00 00 00 00 00 ff 00 00");
        assertThat(sense()).containsExactly(5, 0x24, 0);
        assertThat(task.sense()[17]).isEqualTo((byte) 2);
        copy(one(target(SERIAL), segment(0, 0, 1, 0, 1)).put(0, (byte) 0).put(1, (byte) 0x18));
        assertThat(task.status()).isZero();
        run(0, "84 00 00 00 00 00 00 00 00 00 00 00 00 ff 00 00");
        assertThat(sense()).as("nothing was to be kept").containsExactly(5, 0x24, 0);
    }

    private static ByteBuffer lid4(int id, boolean immediate, ByteBuffer target, ByteBuffer... segments) {
        ByteBuffer list = ByteBuffer.allocate(48 + 32 + 28 * segments.length);
        list.put(0, (byte) 1).putShort(2, (short) 0x20).put(15, (byte) (immediate ? 1 : 0));
        list.put(16, (byte) 0xFF).putInt(20, id);
        list.putShort(42, (short) 32).putShort(44, (short) (28 * segments.length));
        list.position(48).put(target);
        for (ByteBuffer segment : segments) {
            list.put(segment);
        }
        return list;
    }

    private void copy4(ByteBuffer list) {
        run(0, String.format("83 01 00 00 00 00 00 00 00 00 %08x 00 00", list.capacity()), list.array());
    }

    private ByteBuffer status4(int list) {
        return ByteBuffer.wrap(run(0, String.format("84 05 %08x 00000000 000000ff 00 00", list)));
    }

    @Test
    void theLongFormHasLongListIdentifiers() {
        run(0, "2a 00 00 00 00 05 00 00 02 00", filled(2, 7));
        copy4(lid4(0x12345678, false, target(SERIAL), segment(0, 0, 2, 5, 30), segment(0, 0, 1, 5, 40)));
        assertThat(task.status()).isZero();
        assertThat(lu.holds(31, 7)).isTrue();
        assertThat(lu.holds(40, 7)).isTrue();
        ByteBuffer status = status4(0x12345678);
        assertThat(status.getInt(0)).isEqualTo(28);
        assertThat(status.get(4)).as("service action").isEqualTo((byte) 1);
        assertThat(status.get(5)).as("completed").isEqualTo((byte) 1);
        assertThat(status.get(15)).as("blocks").isEqualTo((byte) 0xF1);
        assertThat(status.getLong(16)).isEqualTo(3);
        assertThat(status.getShort(24)).isEqualTo((short) 2);
        run(0, "84 05 00 00 00 78 00000000 000000ff 00 00");
        assertThat(sense()).containsExactly(5, 0x24, 0);
    }

    @Test
    void whyACopyFailedIsTold() {
        copy4(lid4(7, false, target(SERIAL), segment(0, 0, 1, 5, 6), segment(0, 0, 1, 5, 64)));
        assertThat(sense()).containsExactly(0xA, 0, 0);
        ByteBuffer status = status4(7);
        assertThat(status.get(5)).as("with errors").isEqualTo((byte) 2);
        assertThat(status.get(12)).isEqualTo((byte) 2);
        assertThat(status.getShort(24)).isEqualTo((short) 1);
        assertThat(status.get(32 + 2)).as("sense key").isEqualTo((byte) 0xA);
        byte[] details = run(0, "84 04 07 00 00 00 00 00 00 00 00 00 00 ff 00 00");
        assertThat(details).hasSize(60 + 18);
        assertThat(details[56]).isEqualTo((byte) 2);
        assertThat(details[60 + 2]).isEqualTo((byte) 0xA);
        copy4(lid4(7, false, target(SERIAL), segment(0, 0, 1, 5, 6)));
        assertThat(run(0, "84 04 07 00 00 00 00 00 00 00 00 00 00 ff 00 00")).isEqualTo(new byte[4]);
    }

    @Test
    void aCopyInTheBackgroundIsAborted() throws InterruptedException {
        run(0, "2a 00 00 00 00 05 00 00 02 00", filled(2, 7));
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch until = new CountDownLatch(1);
        lu.whenRead(() -> {
            begun.countDown();
            await().until(() -> until.getCount() == 0);
        });
        copy4(lid4(9, true, target(SERIAL), segment(0, 0, 2, 5, 30), segment(0, 0, 2, 5, 40)));
        assertThat(task.status()).as("begun").isZero();
        begun.await();
        assertThat(status4(9).get(5)).as("in the background").isEqualTo((byte) 0x12);
        copy4(lid4(9, true, target(SERIAL), segment(0, 0, 1, 5, 30)));
        assertThat(sense()).as("the list identifier is in use").containsExactly(5, 0, 0x16);
        Thread aborter = Thread.ofPlatform().start(() -> {
            ScsiTask its = new ScsiTask();
            System.arraycopy(HexFormat.of().parseHex("831c00000009"), 0, its.cdb(), 0, 6);
            its.start(0, ByteBuffer.allocate(0), ByteBuffer.allocate(0));
            nexus.execute(its);
            assertThat(its.status()).isZero();
        });
        await().until(() -> aborter.getState() == Thread.State.TIMED_WAITING);
        until.countDown();
        aborter.join();
        assertThat(status4(9).get(5)).as("aborted").isEqualTo((byte) 0x60);
        assertThat(lu.holds(40, 7)).isFalse();
        run(0, "83 1c 00 00 00 09 00 00 00 00 00 00 00 00 00 00");
        assertThat(sense()).as("it has ended").containsExactly(5, 0x24, 0);
    }

    @Test
    void aResetEndsACopyInTheBackground() throws InterruptedException {
        run(0, "2a 00 00 00 00 05 00 00 02 00", filled(2, 7));
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch until = new CountDownLatch(1);
        lu.whenRead(() -> {
            begun.countDown();
            await().until(() -> until.getCount() == 0);
        });
        copy4(lid4(9, true, target(SERIAL), segment(0, 0, 2, 5, 30), segment(0, 0, 2, 5, 40)));
        begun.await();
        Thread resetter = Thread.ofPlatform().start(() -> nexus.manage(TaskManagementFunction.LOGICAL_UNIT_RESET, 0));
        await().until(() -> resetter.getState() == Thread.State.TIMED_WAITING);
        until.countDown();
        resetter.join();
        run(0, TEST_UNIT_READY);
        assertThat(status4(9).get(5)).as("aborted").isEqualTo((byte) 0x60);
        assertThat(lu.holds(40, 7)).isFalse();
    }

    @Test
    void aCopyEndsWhereItsLuIsWantedElsewhere() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch until = new CountDownLatch(1);
        run(0, "2a 00 00 00 00 05 00 00 02 00", filled(2, 7));
        lu.whenRead(() -> {
            begun.countDown();
            await().until(() -> until.getCount() == 0);
        });
        copy4(lid4(9, true, target(SERIAL), segment(0, 0, 2, 5, 30), segment(0, 0, 2, 5, 40)));
        begun.await();
        Thread mover = Thread.ofPlatform().start(target::pause);
        await().until(() -> mover.getState() == Thread.State.WAITING);
        until.countDown();
        mover.join();
        target.resume();
        await().untilAsserted(
                        () -> assertThat(status4(9).get(5)).as("with errors").isEqualTo((byte) 2));
        assertThat(lu.holds(40, 7)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"0, 2, 0", "2, 1, 2", "16, 0, 16", "15, 2, 15"})
    void aLongHeaderThatIsNoneIsRefused(int at, int value, int field) {
        ByteBuffer list = lid4(1, false, target(SERIAL), segment(0, 0, 1, 0, 1));
        copy4(list.put(at, (byte) value));
        assertThat(sense()).containsExactly(5, 0x26, 0);
        assertThat(task.sense()[17]).isEqualTo((byte) field);
    }
}
