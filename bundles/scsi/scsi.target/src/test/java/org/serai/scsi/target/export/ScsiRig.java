package org.serai.scsi.target.export;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.serai.scsi.ExportSpec;
import org.serai.scsi.ExportSpec.Disk;
import org.serai.scsi.ExportSpec.HostPage;
import org.serai.scsi.spi.Nexus;
import org.serai.scsi.spi.ScsiTask;
import org.serai.scsi.target.ArrayLu;

/** A target with two LUs and a nexus, and commands as an initiator gives them. */
abstract class ScsiRig {
    static final String TARGET = "iqn.2026-11.org.serai:disk";
    static final String INITIATOR = "iqn.2026-11.org.example:host";
    static final String PORT = INITIATOR + ",i,0x000000000001";
    static final UUID SERIAL = UUID.fromString("01234567-89ab-4cde-8f01-23456789abcd");
    static final UUID VIOS = UUID.fromString("11111111-2222-4333-8444-555555555555");
    static final int BLOCKS = 64;
    static final String TEST_UNIT_READY = "000000000000";

    final ArrayLu lu = new ArrayLu(BLOCKS);
    final KeptReservations kept = new KeptReservations();
    final KeptStates states = new KeptStates();
    final TargetRegistry registry = new TargetRegistry();
    final Target target = registry.add(
            new ExportSpec(
                    TARGET,
                    Optional.empty(),
                    Optional.empty(),
                    List.of(
                            new Disk(lu, SERIAL, "disk", new HostPage("U8286.42A.1234567", VIOS, 42)),
                            new Disk(new ArrayLu(8), VIOS, "second", new HostPage("U8286.42A.1234567", VIOS, 42)))),
            kept,
            states);
    final Nexus nexus = registry.login(TARGET, INITIATOR, PORT, new TestOwner());
    final ScsiTask task = new ScsiTask();
    final ByteBuffer in = ByteBuffer.allocateDirect(65536);

    @BeforeEach
    void ready() {
        run(0, TEST_UNIT_READY);
    }

    final byte[] run(int lun, String cdb, byte... dataOut) {
        byte[] bytes = HexFormat.of().parseHex(cdb.replace(" ", ""));
        Arrays.fill(task.cdb(), (byte) 0);
        System.arraycopy(bytes, 0, task.cdb(), 0, bytes.length);
        task.start((long) lun << 48, ByteBuffer.wrap(dataOut), in.clear());
        nexus.execute(task);
        byte[] data = new byte[in.position()];
        in.get(0, data);
        return data;
    }

    final List<Integer> sense() {
        assertThat(task.status()).isEqualTo(2);
        byte[] sense = task.sense();
        return List.of(sense[2] & 0xF, sense[12] & 0xFF, sense[13] & 0xFF);
    }

    static byte[] filled(int blocks, int value) {
        byte[] data = new byte[blocks * 512];
        Arrays.fill(data, (byte) value);
        return data;
    }
}
