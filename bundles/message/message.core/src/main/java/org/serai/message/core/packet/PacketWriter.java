package org.serai.message.core.packet;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.serai.message.core.packet.SubHeader.Place;

/** Turns packets that are within bounds into bytes. */
public final class PacketWriter {
    private static final int CHECKSUM_END = Packet.CHECKSUM_AT + Integer.BYTES;

    private PacketWriter() {}

    /** A packet with the place that it has. */
    public static byte[] write(Packet packet) {
        return write(packet, packet.sub().place());
    }

    /** A packet with that place. */
    public static byte[] write(Packet packet, Place place) {
        return write(packet, place, Map.of());
    }

    /** A broadcast that several nodes have as the same bytes, each with its place. */
    public static byte[] write(Packet packet, Map<UUID, Place> places) {
        return write(packet, Place.NONE, places);
    }

    private static byte[] write(Packet packet, Place place, Map<UUID, Place> places) {
        SubHeader sub = packet.sub();
        byte[] originator = sub.originator().getBytes(StandardCharsets.UTF_8);
        byte[] topic = sub.topic().getBytes(StandardCharsets.UTF_8);
        int subBytes = Packet.SUB_HEADER_BYTES
                + originator.length
                + topic.length
                + Packet.TARGET_BYTES * sub.targets().size()
                + Packet.PLACED_BYTES * places.size();
        ByteBuffer out = ByteBuffer.allocate(Packet.HEADER_BYTES + subBytes + packet.payload().length);
        header(out, packet.header(), subBytes, packet.payload().length);
        subHeader(out, sub, place, sub.targets().size() + places.size(), originator.length, topic.length);
        out.put(originator).put(topic);
        sub.targets().forEach(target -> put(out, target));
        places.forEach((node, its) -> {
            put(out, node);
            out.putLong(its.order()).putLong(its.floor());
        });
        byte[] bytes = out.put(packet.payload()).array();
        out.putInt(Packet.CHECKSUM_AT, checksum(bytes));
        return bytes;
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

    private static void subHeader(
            ByteBuffer out, SubHeader sub, Place place, int nodes, int originatorBytes, int topicBytes) {
        out.put((byte) (sub.opcode().ordinal() + 1))
                .put((byte) ((sub.broadcast() ? 1 : 0) | (sub.response() ? 2 : 0)))
                .putShort((short) nodes);
        put(out, sub.sender());
        out.putLong(place.order())
                .putLong(place.loose())
                .putLong(place.floor())
                .putLong(sub.rcReference())
                .putInt(sub.rcLength())
                .putShort((short) originatorBytes)
                .putShort((short) topicBytes);
    }

    private static void put(ByteBuffer out, UUID uuid) {
        out.putLong(uuid.getMostSignificantBits()).putLong(uuid.getLeastSignificantBits());
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
