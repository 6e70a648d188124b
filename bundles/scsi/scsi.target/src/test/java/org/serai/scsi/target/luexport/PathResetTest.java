package org.serai.scsi.target.luexport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.Test;
import org.serai.scsi.spi.Nexus;
import org.serai.scsi.spi.Nexus.TaskManagementFunction;
import org.serai.scsi.spi.Nexus.TaskManagementResponse;

/** What is done to a disk at one of its paths and is told at all of them. */
class PathResetTest extends PathRig {
    private static final String STOP = "1b0000000000";

    private void isTold(Nexus nexus, String attention) {
        await().untilAsserted(() -> {
            run(nexus, TEST_UNIT_READY);
            assertThat(sense()).isEqualTo(attention);
        });
    }

    @Test
    void aResetThroughAStandbyPathIsOneOfTheDisk() {
        both();
        Nexus left = login(a);
        Nexus right = login(b);
        run(left, STOP);
        assertThat(task.status()).isEqualTo(GOOD);
        run(left, TEST_UNIT_READY);
        assertThat(sense()).isEqualTo("2 04/02");
        assertThat(right.manage(TaskManagementFunction.LOGICAL_UNIT_RESET, 0))
                .isEqualTo(TaskManagementResponse.COMPLETE);
        run(left, TEST_UNIT_READY);
        assertThat(sense()).isEqualTo("6 29/03");
        run(left, TEST_UNIT_READY);
        assertThat(task.status()).as("started").isEqualTo(GOOD);
        isTold(right, "6 29/03");
    }

    @Test
    void aResetThatTheNodeWithTheDiskDoesNotDoIsRejected() {
        both();
        Nexus right = login(b);
        shared.silence(a);
        assertThat(right.manage(TaskManagementFunction.LOGICAL_UNIT_RESET, 0))
                .isEqualTo(TaskManagementResponse.REJECTED);
    }

    @Test
    void aResetIsToldAtEachPath() {
        both();
        Nexus left = login(a);
        Nexus right = login(b);
        assertThat(left.manage(TaskManagementFunction.TARGET_RESET, 0)).isEqualTo(TaskManagementResponse.COMPLETE);
        isTold(right, "6 29/03");
        isTold(left, "6 29/03");
    }

    @Test
    void modeParametersThatChangeAreToldAtEachPath() {
        both();
        Nexus left = login(a);
        Nexus right = login(b);
        byte[] control = run(left, "1a080a003000");
        byte[] list = new byte[16];
        System.arraycopy(control, 4, list, 4, 12);
        list[4] &= 0x7F;
        list[6] ^= 0x04;
        run(left, "151000001000", list);
        assertThat(task.status()).as("D_SENSE is another").isEqualTo(GOOD);
        isTold(right, "6 2a/01");
        run(left, TEST_UNIT_READY);
        assertThat(task.status()).as("who did it knows").isEqualTo(GOOD);
    }

    @Test
    void modeParametersAreSetThroughAStandbyPath() {
        both();
        Nexus left = login(a);
        Nexus right = login(b);
        run(left, TEST_UNIT_READY);
        run(right, TEST_UNIT_READY);
        byte[] list = new byte[16];
        byte[] control = run(left, "1a080a003000");
        System.arraycopy(control, 4, list, 4, 12);
        list[4] &= 0x7F;
        list[6] ^= 0x04;
        run(right, "151000001000", list);
        assertThat(task.status()).isEqualTo(GOOD);
        run(left, TEST_UNIT_READY);
        assertThat(task.status()).isEqualTo(CHECK_CONDITION);
        assertThat(task.sense()).as("in descriptor format now").startsWith(0x72, 0x06, 0x2a, 0x01);
        assertThat(run(left, "1a080a003000")[6]).as("D_SENSE").isEqualTo(list[6]);
        run(right, TEST_UNIT_READY);
        assertThat(sense()).as("who did it knows").isEqualTo("2 04/0b");
        list[5] = 1;
        run(right, "151000001000", list);
        assertThat(sense()).as("a page of a wrong length").isEqualTo("5 26/00");
    }

    @Test
    void aSelfTestThroughAStandbyPathIsOneOfTheDiskAndHeedsReservations() {
        both();
        Nexus left = login(a);
        Nexus right = login(b);
        run(left, TEST_UNIT_READY);
        run(right, TEST_UNIT_READY);
        run(right, "1d0400000000");
        assertThat(task.status()).isEqualTo(GOOD);
        run(left, "160000000000");
        assertThat(task.status()).as("RESERVE").isEqualTo(GOOD);
        run(right, "1d0400000000");
        assertThat(task.status()).isEqualTo(RESERVATION_CONFLICT);
        shared.silence(a);
        run(right, "4c020000000000000000");
        assertThat(task.status()).as("nobody executes it").isNotEqualTo(GOOD);
    }
}
