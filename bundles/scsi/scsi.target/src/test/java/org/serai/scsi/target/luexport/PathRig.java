package org.serai.scsi.target.luexport;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.serai.scsi.spi.Nexus;
import org.serai.scsi.spi.NexusOwner;
import org.serai.scsi.spi.ScsiTask;

/** Initiators at two nodes that export one LU. */
abstract class PathRig extends ExportRig {
    static final String TARGET = "iqn.2026-11.org.serai:lu.disk";
    static final String INITIATOR = "iqn.2026-11.org.example:host";
    static final String TEST_UNIT_READY = "000000000000";
    static final String WRITE_BLOCK_0 = "2a000000000000000100";
    static final String REPORT_GROUPS = "a30a00000000000000ff0000";
    static final String SET_GROUPS = "a40a00000000000000080000";
    static final int GOOD = 0;
    static final int CHECK_CONDITION = 2;
    static final int RESERVATION_CONFLICT = 0x18;
    static final int NOT_READY = 2;
    static final int UNIT_ATTENTION = 6;

    final List<String> told = new CopyOnWriteArrayList<>();
    final List<String> failures = new CopyOnWriteArrayList<>();
    final ScsiTask task = new ScsiTask();
    final ByteBuffer in = ByteBuffer.allocateDirect(4096);

    final Nexus login(TestNode node) {
        Nexus nexus = node.registry.login(TARGET, INITIATOR, INITIATOR + ",i,0x1", new NexusOwner() {
            @Override
            public void dropped() {
                told.add("dropped at " + node.self.name());
            }

            @Override
            public void abort(long lun) {
                told.add("aborted at " + node.self.name());
            }
        });
        run(nexus, TEST_UNIT_READY);
        return nexus;
    }

    final byte[] run(Nexus nexus, String cdb, int... list) {
        byte[] out = new byte[list.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = (byte) list[i];
        }
        return run(nexus, cdb, out);
    }

    final byte[] run(Nexus nexus, String cdb, byte[] out) {
        byte[] bytes = HexFormat.of().parseHex(cdb);
        Arrays.fill(task.cdb(), (byte) 0);
        System.arraycopy(bytes, 0, task.cdb(), 0, bytes.length);
        task.start(0, ByteBuffer.wrap(out), in.clear());
        nexus.execute(task);
        byte[] data = new byte[in.position()];
        in.get(0, data);
        return data;
    }

    /** Sense key, additional sense code and qualifier in hexadecimal. */
    final String sense() {
        assertThat(task.status()).isEqualTo(CHECK_CONDITION);
        byte[] sense = task.sense();
        return "%x %02x/%02x".formatted(sense[2] & 0xF, sense[12], sense[13]);
    }

    final void both() {
        a.service.export("disk", ANYONE, told::add);
        b.service.join("disk", told::add);
    }
}
