package org.serai.message.core.packet;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.zip.CRC32C;

/** Turns a packet into bytes: once for all targets, then with each target's place. */
public final class PacketWriter {
    private static final int CHECKSUM_END = Packet.CHECKSUM_AT + Integer.BYTES;

    private final byte[] template;

    /** Of a packet that is within bounds. */
    public PacketWriter(Packet packet) {
        SubHeader sub = packet.sub();
        byte[] originator = sub.originator().getBytes(StandardCharsets.UTF_8);
        byte[] topic = sub.topic().getBytes(StandardCharsets.UTF_8);
        int subBytes = Packet.SUB_HEADER_BYTES
                + originator.length
                + topic.length
                + 16 * sub.targets().size();
        ByteBuffer out = ByteBuffer.allocate(Packet.HEADER_BYTES + subBytes + packet.payload().length);
        header(out, packet.header(), subBytes, packet.payload().length);
        subHeader(out, sub, originator.length, topic.length);
        out.put(originator).put(topic);
        sub.targets().forEach(target -> put(out, target));
        template = out.put(packet.payload()).array();
    }

    private static void header(ByteBuffer out, Header header, int subBytes, int payloadBytes) {
        out.putInt(Packet.MAGIC)
                .put((byte) Packet.VERSION)
                .put((byte) (header.origin().ordinal() + 1))
                .put((byte) (header.receipts() ? 1 : 0))
                .put((byte) 0)
                .putInt(0) // checksum
                .putInt(subBytes)
                .putInt(payloadBytes)
                .putInt(header.status().ordinal())
                .putInt(header.neededLength())
                .putInt(0);
        put(out, header.transaction().life());
        out.putLong(header.transaction().number());
    }

    private static void subHeader(ByteBuffer out, SubHeader sub, int originatorBytes, int topicBytes) {
        out.put((byte) (sub.opcode().ordinal() + 1))
                .put((byte) ((sub.broadcast() ? 1 : 0) | (sub.response() ? 2 : 0)))
                .putShort((short) sub.targets().size());
        put(out, sub.sender());
        out.putLong(sub.place().order())
                .putLong(sub.place().loose())
                .putLong(sub.place().floor())
                .putLong(sub.rcReference())
                .putInt(sub.rcLength())
                .putShort((short) originatorBytes)
                .putShort((short) topicBytes);
    }

    private static void put(ByteBuffer out, UUID uuid) {
        out.putLong(uuid.getMostSignificantBits()).putLong(uuid.getLeastSignificantBits());
    }

    /** How long the packet is. */
    public int lengthBytes() {
        return template.length;
    }

    /** The packet with that place. */
    public byte[] at(SubHeader.Place place) {
        byte[] bytes = template.clone();
        ByteBuffer.wrap(bytes)
                .putLong(Packet.PLACE_AT, place.order())
                .putLong(Packet.PLACE_AT + 8, place.loose())
                .putLong(Packet.PLACE_AT + 16, place.floor())
                .putInt(Packet.CHECKSUM_AT, 0)
                .putInt(Packet.CHECKSUM_AT, checksum(bytes));
        return bytes;
    }

    /** A packet as bytes, with the place that it has. */
    public static byte[] write(Packet packet) {
        return new PacketWriter(packet).at(packet.sub().place());
    }

    /** CRC-32C (RFC 3720, appendix B.4) of the whole, taken with the checksum's own field as zeros. */
    static int checksum(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, Packet.CHECKSUM_AT);
        crc.update(new byte[Integer.BYTES]);
        crc.update(bytes, CHECKSUM_END, bytes.length - CHECKSUM_END);
        return (int) crc.getValue();
    }
}
