package org.serai.scsi.target.reservation;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.serai.scsi.target.sense.CheckCondition;
import org.serai.scsi.target.sense.ReservationConflict;
import org.serai.scsi.target.sense.SenseCode;

/** PERSISTENT RESERVE OUT (SPC-4): reads the CDB and the parameter list. */
final class PersistentReserveOut {
    static final int OPCODE = 0x5F;

    private static final int REGISTER = 0;
    private static final int RESERVE = 1;
    private static final int RELEASE = 2;
    private static final int CLEAR = 3;
    private static final int PREEMPT = 4;
    private static final int PREEMPT_AND_ABORT = 5;
    private static final int REGISTER_AND_IGNORE = 6;
    private static final int REGISTER_AND_MOVE = 7;

    private static final int LIST_BYTES = 24;

    /** More than a list needs that names as many initiator ports as can be registered. */
    static final int MAX_LIST_BYTES = 128 * 1024;

    private static final int IDS_FIELD = 24;
    private static final int IDS_AT = 28;
    private static final int FLAGS_AT = 20;
    private static final int SPEC_I_PT = 0x08;
    private static final int ALL_TG_PT = 0x04;
    private static final int APTPL = 0x01;
    private static final int MOVE_FLAGS_AT = 17;
    private static final int UNREG = 0x02;

    private final int action;
    private final Optional<Type> type;
    private final ByteBuffer list;
    private final Ports ports;

    /** Takes the parameter list as the CDB gives its length. */
    PersistentReserveOut(byte[] cdb, ByteBuffer dataOut, Ports ports) throws CheckCondition {
        this.action = cdb[1] & 0x1F;
        // the scope has to be that of a logical unit, 0
        this.type = Type.of(cdb[2] & 0xFF);
        this.ports = ports;
        long length = ByteBuffer.wrap(cdb).getInt(5) & 0xFFFF_FFFFL;
        if (length < LIST_BYTES || length > dataOut.remaining() || length > MAX_LIST_BYTES) {
            throw CheckCondition.of(SenseCode.PARAMETER_LIST_LENGTH_ERROR);
        }
        byte[] bytes = new byte[(int) length];
        dataOut.get(dataOut.position(), bytes);
        this.list = ByteBuffer.wrap(bytes);
    }

    /**
     * Makes the change.
     *
     * @param keeps whether registrations can survive the loss of power
     */
    void apply(Change change, boolean keeps) throws CheckCondition, ReservationConflict {
        long key = list.getLong(0);
        long other = list.getLong(8);
        if (action == REGISTER_AND_MOVE) {
            move(change, keeps);
            return;
        }
        int flags = list.get(FLAGS_AT);
        boolean withIds = (flags & SPEC_I_PT) != 0;
        if (withIds && action != REGISTER) {
            throw CheckCondition.invalidParameter(FLAGS_AT);
        }
        if (!withIds && list.capacity() != LIST_BYTES) {
            throw CheckCondition.of(SenseCode.PARAMETER_LIST_LENGTH_ERROR);
        }
        switch (action) {
            case REGISTER, REGISTER_AND_IGNORE -> {
                boolean keep = keep(flags, FLAGS_AT, keeps);
                Set<String> named = withIds ? named() : Set.of();
                boolean all = (flags & ALL_TG_PT) != 0;
                Set<NexusId> also = ports.nexuses(named, all);
                if (withIds && change.isRegistered()) {
                    change.requireRegistered(key);
                    throw CheckCondition.invalidParameter(FLAGS_AT);
                }
                change.register(
                        action == REGISTER_AND_IGNORE,
                        key,
                        other,
                        keep,
                        also,
                        all ? ports.everywhere(named) : Set.of());
            }
            case RESERVE -> change.reserve(key, type.orElseThrow(() -> CheckCondition.invalidField(2)));
            case RELEASE -> change.release(key, type);
            case CLEAR -> change.clear(key);
            case PREEMPT, PREEMPT_AND_ABORT -> change.preempt(key, other, type, action == PREEMPT_AND_ABORT);
            default -> throw CheckCondition.invalidField(1, 4);
        }
    }

    private static boolean keep(int flags, int field, boolean keeps) throws CheckCondition {
        boolean keep = (flags & APTPL) != 0;
        if (keep && !keeps) {
            throw CheckCondition.invalidParameter(field);
        }
        return keep;
    }

    /** The initiator ports that are registered beside the sender (SPEC_I_PT). */
    private Set<String> named() throws CheckCondition {
        if (list.capacity() < IDS_AT || list.getInt(IDS_FIELD) != list.capacity() - IDS_AT) {
            throw CheckCondition.of(SenseCode.PARAMETER_LIST_LENGTH_ERROR);
        }
        Set<String> named = new TreeSet<>();
        list.position(IDS_AT);
        while (list.hasRemaining()) {
            int field = list.position();
            Set<String> found = ports.named(TransportId.parse(list, field));
            if (found.isEmpty()) {
                throw CheckCondition.invalidParameter(field);
            }
            named.addAll(found);
        }
        return named;
    }

    /** REGISTER AND MOVE has a parameter list of its own (SPC-4). */
    private void move(Change change, boolean keeps) throws CheckCondition, ReservationConflict {
        if (list.getInt(FLAGS_AT) != list.capacity() - LIST_BYTES) {
            throw CheckCondition.of(SenseCode.PARAMETER_LIST_LENGTH_ERROR);
        }
        int flags = list.get(MOVE_FLAGS_AT);
        list.position(LIST_BYTES);
        Set<String> named = ports.named(TransportId.parse(list, LIST_BYTES));
        int port = list.getShort(18) & 0xFFFF;
        if (named.size() != 1 || list.hasRemaining()) {
            throw CheckCondition.invalidParameter(LIST_BYTES);
        }
        if (!ports.all().contains(port)) {
            throw CheckCondition.invalidParameter(18);
        }
        change.move(
                list.getLong(0),
                list.getLong(8),
                new NexusId(named.iterator().next(), port),
                (flags & UNREG) != 0,
                keep(flags, MOVE_FLAGS_AT, keeps));
    }
}
