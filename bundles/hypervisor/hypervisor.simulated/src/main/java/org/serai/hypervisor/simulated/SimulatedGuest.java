package org.serai.hypervisor.simulated;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import java.util.zip.CRC32;

/**
 * The program that runs in a simulated machine: it counts, and with disks it keeps one checksummed record a tick. It has
 * no way to a real disk: the records are in the machine's own memory, move with its state, and are lost when it ends.
 * Its console lines are those of the test guest.
 */
final class SimulatedGuest {
    private static final long MAGIC = 0x5345_5241_4953_494DL;
    private static final byte END = 0x45;
    /** Makes a state long enough to break in the middle. */
    private static final int BALLAST_BYTES = 256 << 10;

    private static final int RECORD_BYTES = 20;

    private final long boot;
    private final boolean disks;
    private long counter;
    private final ByteArrayOutputStream records;

    private SimulatedGuest(long boot, boolean disks, long counter, byte[] records) {
        this.boot = boot;
        this.disks = disks;
        this.counter = counter;
        this.records = new ByteArrayOutputStream();
        this.records.writeBytes(records);
    }

    static SimulatedGuest boot(long boot, boolean disks) {
        return new SimulatedGuest(boot, disks, 0, new byte[0]);
    }

    /** One tick; gives the line for the console. */
    String tick() {
        counter++;
        if (disks) {
            records.writeBytes(record(records.size() / RECORD_BYTES));
        }
        ByteBuffer all = ByteBuffer.wrap(records.toByteArray());
        long good = 0;
        for (long number = 0; all.hasRemaining(); number++) {
            byte[] record = new byte[RECORD_BYTES];
            all.get(record);
            good += isSound(record, number) ? 1 : 0;
        }
        long count = records.size() / RECORD_BYTES;
        return "SERAI boot=%016x counter=%d record=%d ok=%d bad=%d err=0\n"
                .formatted(boot, counter, count, good, count - good);
    }

    String powerdown() {
        return "SERAI powerdown boot=%016x counter=%d\n".formatted(boot, counter);
    }

    private byte[] record(long number) {
        ByteBuffer record = ByteBuffer.allocate(RECORD_BYTES).putLong(number).putLong(boot);
        return record.putInt(crc(record.array())).array();
    }

    private boolean isSound(byte[] record, long number) {
        ByteBuffer fields = ByteBuffer.wrap(record);
        return fields.getLong() == number && fields.getLong() == boot && fields.getInt() == crc(record);
    }

    private static int crc(byte[] record) {
        CRC32 crc = new CRC32();
        crc.update(record, 0, RECORD_BYTES - Integer.BYTES);
        return (int) crc.getValue();
    }

    /** The whole state; {@code machine} is what must be equal where it is restored. */
    byte[] state(String machine) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeLong(MAGIC);
            byte[] name = machine.getBytes(StandardCharsets.UTF_8);
            out.writeInt(name.length);
            out.write(name);
            out.writeLong(boot);
            out.writeBoolean(disks);
            out.writeLong(counter);
            out.writeInt(records.size());
            records.writeTo(out);
            byte[] ballast = new byte[BALLAST_BYTES];
            new SplittableRandom(boot).nextBytes(ballast);
            out.write(ballast);
            out.writeByte(END);
        } catch (IOException e) {
            throw new IllegalStateException("memory takes every byte", e);
        }
        return bytes.toByteArray();
    }

    /** Reads a state; as with any hypervisor, a flipped byte of memory is not noticed here. */
    static SimulatedGuest of(DataInputStream in, String machine) throws IOException {
        if (in.readLong() != MAGIC) {
            throw new IOException("not a state of a simulated machine");
        }
        String made = new String(read(in), StandardCharsets.UTF_8);
        if (!made.equals(machine)) {
            throw new IOException("the state was made by a machine with " + made + ", this one has " + machine);
        }
        long boot = in.readLong();
        boolean disks = in.readBoolean();
        long counter = in.readLong();
        SimulatedGuest guest = new SimulatedGuest(boot, disks, counter, read(in));
        in.skipNBytes(BALLAST_BYTES);
        if (in.readByte() != END) {
            throw new IOException("the state does not end where it should");
        }
        return guest;
    }

    private static byte[] read(DataInputStream in) throws IOException {
        int length = in.readInt();
        byte[] bytes = in.readNBytes(Math.max(length, 0));
        if (bytes.length != length) {
            throw new IOException("the state is cut short");
        }
        return bytes;
    }
}
