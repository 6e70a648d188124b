package org.serai.message.core.packet;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.serai.message.Message.Origin;
import org.serai.message.core.packet.Header.Status;
import org.serai.message.core.packet.SubHeader.Opcode;
import org.serai.message.core.packet.SubHeader.Place;

/** Turns bytes into a packet, and believes nothing that it reads. */
public final class PacketReader {
    private static final int MIN_BYTES = Packet.HEADER_BYTES + Packet.SUB_HEADER_BYTES;
    private static final int MAX_BYTES =
            MIN_BYTES + 2 * Packet.MAX_TEXT_BYTES + Packet.TARGET_BYTES * Packet.MAX_TARGETS + Packet.MAX_PAYLOAD_BYTES;
    private static final int RECEIPT_FLAG = 1;
    private static final int BROADCAST_FLAG = 1;
    private static final int RESPONSE_FLAG = 2;

    private final byte[] bytes;
    private final UUID self;
    private final ByteBuffer in;

    private PacketReader(byte[] bytes, UUID self) {
        this.bytes = bytes;
        this.self = self;
        in = ByteBuffer.wrap(bytes);
    }

    /**
     * Reads a packet as the node that it came to: with its place, if several nodes share the bytes. Magic and version are
     * looked at first, so that another version is always told by its name.
     */
    public static Packet read(byte[] bytes, UUID self) throws Malformed {
        require(bytes.length >= 5, Drop.TOO_SHORT);
        ByteBuffer in = ByteBuffer.wrap(bytes);
        require(in.getInt(0) == Packet.MAGIC, Drop.WRONG_MAGIC);
        require(in.get(4) == Packet.VERSION, Drop.UNKNOWN_VERSION);
        require(bytes.length >= MIN_BYTES, Drop.TOO_SHORT);
        require(bytes.length <= MAX_BYTES, Drop.TOO_LARGE);
        return new PacketReader(bytes, self).packet();
    }

    private Packet packet() throws Malformed {
        int subBytes = in.getInt(12);
        int payloadBytes = in.getInt(16);
        require(payloadBytes <= Packet.MAX_PAYLOAD_BYTES, Drop.TOO_LARGE);
        require(
                subBytes >= Packet.SUB_HEADER_BYTES
                        && payloadBytes >= 0
                        && (long) Packet.HEADER_BYTES + subBytes + payloadBytes == bytes.length,
                Drop.LENGTHS);
        require(in.getInt(Packet.CHECKSUM_AT) == PacketWriter.checksum(bytes), Drop.CHECKSUM);
        Header header = header();
        SubHeader sub = subHeader(subBytes);
        byte[] payload = new byte[payloadBytes];
        in.get(payload);
        Packet packet = new Packet(header, sub, payload);
        require(agrees(packet), Drop.CONTRADICTION);
        return packet;
    }

    private Header header() throws Malformed {
        in.position(5);
        int origin = in.get() - 1;
        require(origin >= 0 && origin < Origin.values().length, Drop.UNKNOWN_ORIGIN);
        int flags = in.get();
        require((flags & ~RECEIPT_FLAG) == 0 && in.get() == 0, Drop.UNKNOWN_FLAG);
        in.position(20);
        int status = in.getInt();
        require(status == Status.OK.ordinal() || status == Status.FAILED.ordinal(), Drop.UNKNOWN_STATUS);
        require(in.getInt() == 0, Drop.CONTRADICTION);
        require(in.getInt() == 0, Drop.UNKNOWN_FLAG);
        return new Header(
                new TransactionId(uuid(), in.getLong()),
                Status.values()[status],
                0,
                Origin.values()[origin],
                flags == RECEIPT_FLAG);
    }

    private SubHeader subHeader(int subBytes) throws Malformed {
        int opcode = in.get() - 1;
        require(opcode >= 0 && opcode < Opcode.values().length, Drop.UNKNOWN_OPCODE);
        int flags = in.get();
        require((flags & ~(BROADCAST_FLAG | RESPONSE_FLAG)) == 0, Drop.UNKNOWN_FLAG);
        boolean broadcast = (flags & BROADCAST_FLAG) != 0;
        int nodes = in.getShort() & 0xffff;
        UUID sender = uuid();
        Place place = new Place(in.getLong(), in.getLong(), in.getLong());
        long rcReference = in.getLong();
        int rcLength = in.getInt();
        int originatorBytes = in.getShort() & 0xffff;
        int topicBytes = in.getShort() & 0xffff;
        require(
                originatorBytes <= Packet.MAX_TEXT_BYTES
                        && topicBytes <= Packet.MAX_TEXT_BYTES
                        && nodes <= (broadcast ? Packet.MAX_SHARING : Packet.MAX_TARGETS)
                        && Packet.SUB_HEADER_BYTES
                                        + originatorBytes
                                        + topicBytes
                                        + nodes * (broadcast ? Packet.PLACED_BYTES : Packet.TARGET_BYTES)
                                == subBytes,
                Drop.LENGTHS);
        String originator = text(originatorBytes);
        String topic = text(topicBytes);
        if (broadcast && nodes > 0) {
            require(place.equals(Place.NONE), Drop.CONTRADICTION);
            place = ownPlace(nodes);
        }
        return new SubHeader(
                Opcode.values()[opcode],
                sender,
                broadcast ? List.of() : targets(nodes),
                broadcast,
                (flags & RESPONSE_FLAG) != 0,
                place,
                rcReference,
                rcLength,
                originator,
                topic);
    }

    private List<UUID> targets(int count) throws Malformed {
        List<UUID> targets = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            targets.add(uuid());
        }
        require(targets.contains(self), Drop.NOT_FOR_US);
        return targets;
    }

    private Place ownPlace(int count) throws Malformed {
        Optional<Place> own = Optional.empty();
        for (int i = 0; i < count; i++) {
            UUID node = uuid();
            long order = in.getLong();
            long floor = in.getLong();
            if (node.equals(self)) {
                own = Optional.of(new Place(order, 0, floor));
            }
        }
        return own.orElseThrow(() -> new Malformed(Drop.NOT_FOR_US));
    }

    /** What the fields say about each other in docs/protocol.md. */
    private static boolean agrees(Packet packet) {
        Header header = packet.header();
        SubHeader sub = packet.sub();
        boolean rc = sub.rcReference() != 0;
        if (header.transaction().number() < 1
                || sub.broadcast() != sub.targets().isEmpty()
                || sub.rcLength() < 0
                || sub.rcLength() > Packet.MAX_RC_LENGTH
                || rc != sub.rcLength() > 0) {
            return false;
        }
        if (sub.opcode() == Opcode.MESSAGE) {
            return !sub.topic().isEmpty()
                    && header.status() == Status.OK
                    && header.receipts() == rc
                    && placed(sub.place(), header.receipts());
        }
        boolean receipt = sub.opcode() == Opcode.RECEIPT;
        return sub.targets().size() == 1
                && sub.topic().isEmpty()
                && !sub.response()
                && !header.receipts()
                && rc == receipt
                && (receipt ? sub.place().order() >= 1 : sub.place().order() == 0)
                && sub.place().loose() == 0
                && sub.place().floor() == 0
                && (!receipt || packet.payload().length == 0 && header.status() == Status.OK);
    }

    private static boolean placed(Place place, boolean receipts) {
        return receipts
                ? place.loose() == 0 && place.floor() >= 1 && place.floor() <= place.order()
                : place.loose() >= 1 && place.order() >= 0 && place.floor() >= 1 && place.floor() - 1 <= place.order();
    }

    private UUID uuid() {
        return new UUID(in.getLong(), in.getLong());
    }

    private String text(int length) throws Malformed {
        int at = in.position();
        in.position(at + length);
        if (isAscii(at, length)) {
            return new String(bytes, at, length, StandardCharsets.US_ASCII);
        }
        ByteBuffer part = in.slice(at, length);
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(part).toString();
        } catch (CharacterCodingException _) {
            throw new Malformed(Drop.NO_TEXT);
        }
    }

    private boolean isAscii(int at, int length) {
        for (int i = at; i < at + length; i++) {
            if (bytes[i] < 0) {
                return false;
            }
        }
        return true;
    }

    private static void require(boolean holds, Drop otherwise) throws Malformed {
        if (!holds) {
            throw new Malformed(otherwise);
        }
    }
}
