package org.serai.scsi.iscsi;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.serai.scsi.ExportSpec.Chap;

/** An initiator as small as one can be, which does what a test tells it to, right or wrong. */
final class Initiator implements AutoCloseable {
    static final String NAME = "iqn.2026-11.org.example:host";
    private static final int TIMEOUT_MS = 60_000;

    private final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;
    private boolean headerDigest;
    private boolean dataDigest;
    private boolean closedEarly;
    private int itt = 1;
    int cmdSn = 100;
    int isid = 1;
    int tsih;
    int cid = 1;

    Initiator(int port) throws IOException {
        socket = new Socket("127.0.0.1", port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(TIMEOUT_MS);
        in = new DataInputStream(socket.getInputStream());
        out = socket.getOutputStream();
    }

    /** A PDU as it came. */
    record Pdu(ByteBuffer header, byte[] data) {
        int opcode() {
            return header.get(0) & 0x3F;
        }

        int flags() {
            return header.get(1) & 0xFF;
        }

        /** Status class and detail of a login response. */
        int loginStatus() {
            return header.getShort(36);
        }

        int status() {
            return header.get(3);
        }

        int residual() {
            return header.getInt(44);
        }

        int asc() {
            return data[2 + 12] & 0xFF;
        }

        int senseKey() {
            return data[2 + 2] & 0xF;
        }

        Map<String, String> keys() {
            Map<String, String> keys = new LinkedHashMap<>();
            for (String pair : new String(data, StandardCharsets.UTF_8).split("\0")) {
                if (!pair.isEmpty()) {
                    keys.put(pair.substring(0, pair.indexOf('=')), pair.substring(pair.indexOf('=') + 1));
                }
            }
            return keys;
        }
    }

    static byte[] text(String... pairs) {
        return Arrays.stream(pairs)
                .map(pair -> pair + "\0")
                .reduce("", String::concat)
                .getBytes(StandardCharsets.UTF_8);
    }

    ByteBuffer header(int opcode, int flags) {
        ByteBuffer header = ByteBuffer.allocate(48);
        header.put(0, (byte) opcode).put(1, (byte) flags).putInt(16, itt++).putInt(24, cmdSn);
        return header;
    }

    void send(ByteBuffer header, byte[] data) throws IOException {
        send(header, data, false);
    }

    /** Sends a PDU, with a wrong data digest if that is wanted. */
    void send(ByteBuffer header, byte[] data, boolean damaged) throws IOException {
        ByteBuffer pdu = pdu(header, data, data.length);
        if (damaged && dataDigest && data.length > 0) {
            int last = pdu.limit() - 1;
            pdu.put(last, (byte) (pdu.get(last) ^ 1));
        }
        out.write(pdu.array(), 0, pdu.limit());
    }

    /** A PDU with its digests; it says that it has so many bytes of data, or with -1 what it has. */
    ByteBuffer pdu(ByteBuffer header, byte[] data, int claimedBytes) {
        byte ahs = header.get(4);
        header.putInt(4, claimedBytes < 0 ? data.length : claimedBytes).put(4, ahs);
        int padded = data.length + 3 & ~3;
        ByteBuffer pdu = ByteBuffer.allocate(48 + 4 + padded + 4);
        pdu.put(header.array());
        if (headerDigest) {
            pdu.putInt(crc(header.array()));
        }
        byte[] segment = Arrays.copyOf(data, padded);
        pdu.put(segment);
        if (dataDigest && data.length > 0) {
            pdu.putInt(crc(segment));
        }
        return pdu.flip();
    }

    /** Sends as much as the target takes before it closes. */
    void trySend(ByteBuffer pdu) {
        trySend(Arrays.copyOf(pdu.array(), pdu.limit()));
    }

    /** Sends as much as the target takes before it closes. */
    void trySend(byte[] bytes) {
        try {
            out.write(bytes);
        } catch (IOException e) {
            closedEarly = true;
        }
    }

    /** Says that nothing more comes. */
    void finish() {
        try {
            socket.shutdownOutput();
        } catch (IOException e) {
            closedEarly = true;
        }
    }

    void sendRaw(byte[] bytes) throws IOException {
        out.write(bytes);
    }

    private static int crc(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return Integer.reverseBytes((int) crc.getValue());
    }

    Pdu receive() throws IOException {
        byte[] header = new byte[48];
        in.readFully(header);
        ByteBuffer view = ByteBuffer.wrap(header);
        if (headerDigest && in.readInt() != crc(header)) {
            throw new IOException("a wrong header digest");
        }
        int length = view.getInt(4) & 0xFF_FFFF;
        byte[] segment = new byte[length + 3 & ~3];
        in.readFully(segment);
        if (dataDigest && length > 0 && in.readInt() != crc(segment)) {
            throw new IOException("a wrong data digest");
        }
        return new Pdu(view, Arrays.copyOf(segment, length));
    }

    /** The next PDU that is not the target's question for a sign of life. */
    Pdu receiveAnswer() throws IOException {
        Pdu pdu = receive();
        while (pdu.opcode() == 0x20 && pdu.header().getInt(16) == -1) {
            pdu = receive();
        }
        return pdu;
    }

    /** Whether the target has closed the connection; what it still sends is taken. */
    boolean closedByTarget() throws IOException {
        try {
            while (!closedEarly && in.read() >= 0) {
                // what was sent before the end
            }
            return true;
        } catch (EOFException | SocketException e) {
            return true;
        }
    }

    Pdu loginStep(int flags, String... keys) throws IOException {
        ByteBuffer header = header(0x43, flags);
        header.putShort(8, (short) 0x4000)
                .putInt(10, isid)
                .putShort(14, (short) tsih)
                .putShort(20, (short) cid);
        send(header, text(keys));
        return receive();
    }

    /** A login without authentication, straight into the operational stage. */
    Pdu login(String target, String... keys) throws IOException {
        return login(NAME, Optional.of(target), keys);
    }

    Pdu login(String initiator, Optional<String> target, String... keys) throws IOException {
        String[] all = Arrays.copyOf(keys, keys.length + 2);
        all[keys.length] = "InitiatorName=" + initiator;
        all[keys.length + 1] = target.map(name -> "TargetName=" + name).orElse("SessionType=Discovery");
        Pdu response = loginStep(0x87, all);
        if (response.loginStatus() == 0) {
            headerDigest = "CRC32C".equals(response.keys().get("HeaderDigest"));
            dataDigest = "CRC32C".equals(response.keys().get("DataDigest"));
        }
        return response;
    }

    /** A login with CHAP; the response to CHAP_N and CHAP_R. */
    Pdu loginChap(String initiator, String target, Chap chap, String algorithm, String hash)
            throws IOException, GeneralSecurityException {
        Pdu method = loginStep(0, "InitiatorName=" + initiator, "TargetName=" + target, "AuthMethod=CHAP,None");
        if (method.loginStatus() != 0) {
            return method;
        }
        Map<String, String> challenge = loginStep(0, "CHAP_A=" + algorithm).keys();
        MessageDigest digest = MessageDigest.getInstance(hash);
        digest.update((byte) Integer.parseInt(challenge.get("CHAP_I")));
        digest.update(chap.secret().getBytes(StandardCharsets.UTF_8));
        digest.update(HexFormat.of().parseHex(challenge.get("CHAP_C").substring(2)));
        String response = HexFormat.of().formatHex(digest.digest());
        return loginStep(0x81, "CHAP_N=" + chap.user(), "CHAP_R=0x" + response);
    }

    /** A further connection of the session that another one began with this name for the target. */
    Pdu join(Initiator first, Pdu login, String target, int newCid) throws IOException {
        isid = first.isid;
        tsih = login.header().getShort(14) & 0xFFFF;
        cid = newCid;
        cmdSn = first.cmdSn;
        return login(target);
    }

    /** A SCSI Command PDU, in order. */
    ByteBuffer command(int flags, int expectedBytes, String cdb) {
        ByteBuffer header = header(0x01, flags);
        header.putInt(20, expectedBytes);
        header.position(32).put(HexFormat.of().parseHex(cdb.replace(" ", "")));
        cmdSn++;
        return header;
    }

    /** A command without data-out, and the last PDU that answers it. */
    Pdu execute(int flags, int expectedBytes, String cdb) throws IOException {
        send(command(flags, expectedBytes, cdb), new byte[0]);
        return receive();
    }

    /** The status of a command that is the session's next, whose number another connection knows. */
    int receiveReady(Initiator other) throws IOException {
        cmdSn = other.cmdSn;
        return execute(0x80, 0, "00 00 00 00 00 00").status();
    }

    /** Takes the unit attention away that follows a login. */
    Initiator ready() throws IOException {
        send(command(0x80, 0, "00 00 00 00 00 00"), new byte[0]);
        receiveAnswer();
        return this;
    }

    /** Sends data for a write as the target asks for it, in PDUs of that length, until the response. */
    Pdu serveR2ts(byte[] data, int pduBytes) throws IOException {
        while (true) {
            Pdu pdu = receive();
            if (pdu.opcode() != 0x31) {
                return pdu;
            }
            int offset = pdu.header().getInt(40);
            dataOut(
                    pdu.header().getInt(16),
                    pdu.header().getInt(20),
                    data,
                    offset,
                    pdu.header().getInt(44),
                    pduBytes);
        }
    }

    void dataOut(int tag, int transferTag, byte[] data, int offset, int length, int pduBytes) throws IOException {
        int sn = 0;
        for (int at = offset; at < offset + length; at += pduBytes) {
            int part = Math.min(pduBytes, offset + length - at);
            ByteBuffer header = header(0x05, at + part == offset + length ? 0x80 : 0);
            header.putInt(16, tag).putInt(20, transferTag).putInt(36, sn++).putInt(40, at);
            send(header, Arrays.copyOfRange(data, at, at + part));
        }
    }

    /** Takes Data-In until the status, and puts the data together. */
    byte[] receiveData(int bytes) throws IOException {
        byte[] data = new byte[bytes];
        while (true) {
            Pdu pdu = receive();
            if (pdu.opcode() != 0x25) {
                throw new IOException("no Data-In but opcode " + pdu.opcode());
            }
            System.arraycopy(pdu.data(), 0, data, pdu.header().getInt(40), pdu.data().length);
            if ((pdu.flags() & 1) != 0) {
                return data;
            }
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
