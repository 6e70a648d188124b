package org.serai.scsi.target.reservation;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import org.serai.scsi.target.sense.CheckCondition;
import org.serai.scsi.target.sense.ReservationConflict;
import org.serai.scsi.target.sense.SenseCode;

/**
 * PERSISTENT RESERVE IN and OUT, resets, and others without data-in that a standby path was given: its node has them
 * executed by the one that has the LU, for the nexus that sent them. What is passed is a nexus, a CDB and data, and the status with its data or sense.
 */
public final class Forwarded {
    private static final int CDB_BYTES = 10;

    /** No operation code of a command that is passed. */
    private static final int RESET = 0xFF;

    private static final int MAX_BYTES = PersistentReserveOut.MAX_LIST_BYTES;

    private static final int GOOD = 0;
    private static final int CHECK_CONDITION = 1;
    private static final int CONFLICT = 2;

    private Forwarded() {}

    /** A command as it is passed. */
    public static byte[] request(NexusId nexus, byte[] cdb, ByteBuffer dataOut) throws CheckCondition {
        if (dataOut.remaining() > MAX_BYTES) {
            throw CheckCondition.of(SenseCode.PARAMETER_LIST_LENGTH_ERROR);
        }
        byte[] data = new byte[dataOut.remaining()];
        dataOut.get(data);
        return bytes(out -> {
            out.writeUTF(nexus.initiatorPort());
            out.writeInt(nexus.targetPort());
            out.write(cdb, 0, CDB_BYTES);
            out.writeInt(data.length);
            out.write(data);
        });
    }

    /** A reset of the unit as it is passed. */
    public static byte[] reset(int through) {
        byte[] cdb = new byte[CDB_BYTES];
        cdb[0] = (byte) RESET;
        return bytes(out -> {
            out.writeUTF("");
            out.writeInt(through);
            out.write(cdb);
            out.writeInt(0);
        });
    }

    /** Executes commands that are not of reservations. */
    @FunctionalInterface
    public interface Others {
        /** Executes one for a nexus of another node. */
        void execute(NexusId nexus, byte[] cdb, ByteBuffer dataOut) throws CheckCondition, ReservationConflict;
    }

    /** Executes what was passed, at the node that has the LU. */
    public static byte[] execute(byte[] request, Guard guard, Nexuses nexuses, Others others) {
        try {
            var in = new DataInputStream(new ByteArrayInputStream(request));
            var nexus = new NexusId(in.readUTF(), in.readInt());
            byte[] cdb = in.readNBytes(CDB_BYTES);
            if ((cdb[0] & 0xFF) == RESET) {
                nexuses.reset(nexus.targetPort());
                return bytes(out -> out.writeByte(GOOD));
            }
            ByteBuffer data = ByteBuffer.wrap(in.readNBytes(Math.min(in.readInt(), MAX_BYTES)));
            if (!Guard.executes(cdb)) {
                others.execute(nexus, cdb, data);
                return bytes(out -> out.writeByte(GOOD));
            }
            if (!guard.admits(nexus, Access.PERSISTENT_RESERVE, false)) {
                throw ReservationConflict.CONFLICT;
            }
            byte[] answer = guard.execute(nexus, cdb, data, nexuses);
            return bytes(out -> {
                out.writeByte(GOOD);
                out.write(answer);
            });
        } catch (CheckCondition condition) {
            return bytes(out -> {
                out.writeByte(CHECK_CONDITION);
                out.writeUTF(condition.code().name());
                out.writeInt(condition.specific());
                out.writeLong(condition.information());
            });
        } catch (ReservationConflict conflict) {
            return bytes(out -> out.writeByte(CONFLICT));
        } catch (IOException e) {
            throw new IllegalArgumentException("no command: " + request.length + " bytes", e);
        }
    }

    /** The data for the initiator, or what the command ended with. */
    public static byte[] answer(byte[] answer) throws CheckCondition, ReservationConflict {
        try {
            var in = new DataInputStream(new ByteArrayInputStream(answer));
            switch (in.readByte()) {
                case GOOD -> {
                    return in.readAllBytes();
                }
                case CHECK_CONDITION -> {
                    throw CheckCondition.again(SenseCode.valueOf(in.readUTF()), in.readInt(), in.readLong());
                }
                case CONFLICT -> throw ReservationConflict.CONFLICT;
                default -> throw new IllegalArgumentException("no answer");
            }
        } catch (IOException e) {
            throw new IllegalArgumentException("no answer: " + answer.length + " bytes", e);
        }
    }

    /** A unit attention for a nexus of another node. */
    public static byte[] news(NexusId whom, SenseCode code) {
        return bytes(out -> {
            out.writeUTF(whom.initiatorPort());
            out.writeInt(whom.targetPort());
            out.writeUTF(code.name());
        });
    }

    /** Establishes what {@link #news} tells. */
    public static void hear(byte[] news, Nexuses nexuses) {
        try {
            var in = new DataInputStream(new ByteArrayInputStream(news));
            nexuses.attend(new NexusId(in.readUTF(), in.readInt()), SenseCode.valueOf(in.readUTF()));
        } catch (IOException e) {
            throw new IllegalArgumentException("no news: " + news.length + " bytes", e);
        }
    }

    private interface Content {
        void write(DataOutputStream out) throws IOException;
    }

    private static byte[] bytes(Content content) {
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            content.write(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
