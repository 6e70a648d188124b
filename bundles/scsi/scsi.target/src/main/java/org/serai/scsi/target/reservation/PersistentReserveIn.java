package org.serai.scsi.target.reservation;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.serai.scsi.target.sense.CheckCondition;

/** PERSISTENT RESERVE IN (SPC-4): the parameter data of its service actions, which the allocation length then cuts. */
final class PersistentReserveIn {
    static final int OPCODE = 0x5E;

    private static final int READ_KEYS = 0;
    private static final int READ_RESERVATION = 1;
    private static final int REPORT_CAPABILITIES = 2;
    private static final int READ_FULL_STATUS = 3;

    private static final int HEADER_BYTES = 8;
    private static final int RESERVATION_BYTES = 16;
    private static final int FULL_STATUS_BYTES = 24;
    private static final int CAPABILITIES_BYTES = 8;
    private static final int CRH_SIP_ATP = 0x1C;
    private static final int PTPL = 0x01;

    /** TMV, and that TEST UNIT READY is allowed beside any reservation. */
    private static final int TYPE_MASK_VALID_ALLOW_TEST_UNIT_READY = 0x90;

    private static final int ALL_SIX_TYPES = 0xEA01;

    private PersistentReserveIn() {}

    static byte[] data(byte[] cdb, Reservations now, boolean keeps) throws CheckCondition {
        return switch (cdb[1] & 0x1F) {
            case READ_KEYS -> keys(now);
            case READ_RESERVATION -> reservation(now);
            case REPORT_CAPABILITIES -> capabilities(now, keeps);
            case READ_FULL_STATUS -> fullStatus(now);
            default -> throw CheckCondition.invalidField(1, 4);
        };
    }

    private static ByteBuffer begin(Reservations now, int bytes) {
        return ByteBuffer.allocate(HEADER_BYTES + bytes)
                .putInt((int) now.generation())
                .putInt(bytes);
    }

    private static byte[] keys(Reservations now) {
        ByteBuffer data = begin(now, now.keys().size() * Long.BYTES);
        now.keys().values().forEach(data::putLong);
        return data.array();
    }

    /** A reservation that all registrants hold has no key. */
    private static byte[] reservation(Reservations now) {
        if (now.reservation().isEmpty()) {
            return begin(now, 0).array();
        }
        Reservation held = now.reservation().get();
        ByteBuffer data = begin(now, RESERVATION_BYTES);
        data.putLong(held.type().allHold() ? 0 : now.keys().get(held.holder()));
        return data.put(21, (byte) held.type().code()).array();
    }

    private static byte[] capabilities(Reservations now, boolean keeps) {
        ByteBuffer data = ByteBuffer.allocate(CAPABILITIES_BYTES).putShort((short) CAPABILITIES_BYTES);
        data.put((byte) (CRH_SIP_ATP | (keeps ? PTPL : 0)));
        data.put((byte) (TYPE_MASK_VALID_ALLOW_TEST_UNIT_READY | (now.aptpl() ? PTPL : 0)));
        return data.putShort((short) ALL_SIX_TYPES).array();
    }

    private static byte[] fullStatus(Reservations now) {
        List<byte[]> descriptors = new ArrayList<>();
        int bytes = 0;
        for (Map.Entry<NexusId, Long> each : now.keys().entrySet()) {
            byte[] descriptor = descriptor(now, each.getKey(), each.getValue());
            descriptors.add(descriptor);
            bytes += descriptor.length;
        }
        ByteBuffer data = begin(now, bytes);
        descriptors.forEach(data::put);
        return data.array();
    }

    /** Each target port has a registration of its own, so ALL_TG_PT is zero and the port's identifier counts. */
    private static byte[] descriptor(Reservations now, NexusId nexus, long key) {
        byte[] id = TransportId.of(nexus);
        ByteBuffer data = ByteBuffer.allocate(FULL_STATUS_BYTES + id.length).putLong(key);
        if (now.isHeldBy(nexus)) {
            data.put(12, (byte) 1);
            data.put(13, (byte) now.reservation().orElseThrow().type().code());
        }
        data.putShort(18, (short) nexus.targetPort()).putInt(20, id.length);
        return data.put(FULL_STATUS_BYTES, id).array();
    }
}
