package org.serai.system;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * A host that gives SCSI commands of its choice by iSCSI (RFC 7143), with a name and an ISID that stay the same: the tools
 * that there are take another ISID each time, and none of them reserves.
 */
final class ScsiHost implements AutoCloseable {
    static final int GOOD = 0x00;
    static final int CHECK_CONDITION = 0x02;
    static final int BUSY = 0x08;
    static final int RESERVATION_CONFLICT = 0x18;

    static final int BLOCK_BYTES = 512;

    private static final int HEADER_BYTES = 48;
    private static final String WRITE = "2a 00 %08x 00 00 01 00";
    private static final int TIMEOUT_MS = 60_000;
    private static final int OPCODE = 0x3F;
    private static final int NOP_IN = 0x20;

    private final Socket socket;
    private final DataInputStream in;
    private int number = 1;

    /** A command's status, and what came with it: data, or sense data behind its length. */
    record Answer(int status, byte[] data) {}

    /** Logs in to the target of a URL without a secret, and takes the unit attention that follows. */
    ScsiHost(String name, String url) throws IOException {
        URI uri = URI.create(url);
        socket = new Socket(uri.getHost(), uri.getPort());
        socket.setSoTimeout(TIMEOUT_MS);
        in = new DataInputStream(socket.getInputStream());
        String target = uri.getPath().substring(1, uri.getPath().lastIndexOf('/'));
        ByteBuffer login = header(0x43, 0x87).putLong(8, 0x4000_0000_0001_0000L);
        send(login, ("InitiatorName=" + name + "\0TargetName=" + target + "\0").getBytes(StandardCharsets.UTF_8));
        byte[] answer = new byte[HEADER_BYTES];
        receive(answer);
        if (answer[36] != 0) {
            throw new IOException("login of " + name + " failed with class " + answer[36] + ", detail " + answer[37]);
        }
        execute(0, "00 00 00 00 00 00");
    }

    private ByteBuffer header(int opcode, int flags) {
        ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
        return header.put(0, (byte) opcode)
                .put(1, (byte) flags)
                .putInt(16, number)
                .putInt(24, number);
    }

    private void send(ByteBuffer header, byte[] data) throws IOException {
        header.putInt(4, data.length);
        socket.getOutputStream().write(header.array());
        socket.getOutputStream().write(Arrays.copyOf(data, data.length + 3 & ~3));
    }

    private byte[] receive(byte[] header) throws IOException {
        in.readFully(header);
        int length = ByteBuffer.wrap(header).getInt(4) & 0xFF_FFFF;
        byte[] data = new byte[length + 3 & ~3];
        in.readFully(data);
        return Arrays.copyOf(data, length);
    }

    /** A command that reads at most that many bytes, of which there have to be few, or writes what is given. */
    Answer execute(int readBytes, String cdb, byte... dataOut) throws IOException {
        ask(readBytes, cdb, dataOut);
        byte[] answer = new byte[HEADER_BYTES];
        byte[] data;
        do {
            // Asked whether it is there, since it said nothing for long: what it has just sent tells.
            data = receive(answer);
        } while ((answer[0] & OPCODE) == NOP_IN);
        return new Answer(answer[3], data);
    }

    private void ask(int readBytes, String cdb, byte... dataOut) throws IOException {
        int flags = 0x81 | (readBytes > 0 ? 0x40 : 0) | (dataOut.length > 0 ? 0x20 : 0);
        ByteBuffer command = header(0x01, flags).putInt(20, readBytes + dataOut.length);
        command.position(32).put(HexFormat.of().parseHex(cdb.replace(" ", "")));
        number++;
        send(command, dataOut);
    }

    /** Sends a write of a block and waits for no answer: nothing else can be asked then. */
    void sendWrite(int lba, byte... block) throws IOException {
        ask(0, WRITE.formatted(lba), block);
    }

    /** Writes a block of zeros. */
    int write(int lba) throws IOException {
        return write(lba, (byte) 0);
    }

    /** Writes a block of that byte. */
    int write(int lba, byte each) throws IOException {
        byte[] block = new byte[BLOCK_BYTES];
        Arrays.fill(block, each);
        return execute(0, WRITE.formatted(lba), block).status();
    }

    /** Makes durable what was written. */
    int flush() throws IOException {
        return execute(0, "35 00 00 00 00 00 00 00 00 00").status();
    }

    /** Reads a block. */
    int read(int lba) throws IOException {
        return execute(512, "28 00 %08x 00 00 01 00".formatted(lba)).status();
    }

    /** PERSISTENT RESERVE OUT (SPC-4). */
    int reserveOut(int action, int type, long key, long newKey, int flags) throws IOException {
        byte[] list = ByteBuffer.allocate(24)
                .putLong(key)
                .putLong(newKey)
                .put(20, (byte) flags)
                .array();
        return execute(0, "5f %02x %02x 00 00 00 00 00 18 00".formatted(action, type), list)
                .status();
    }

    /** PERSISTENT RESERVE IN (SPC-4). */
    ByteBuffer reserveIn(int action) throws IOException {
        return ByteBuffer.wrap(execute(4096, "5e %02x 00 00 00 00 00 10 00 00".formatted(action))
                .data());
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
