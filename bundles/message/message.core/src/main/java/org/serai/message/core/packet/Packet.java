package org.serai.message.core.packet;

import java.util.List;
import java.util.UUID;
import org.serai.message.Message;
import org.serai.message.core.packet.Header.Status;
import org.serai.message.core.packet.SubHeader.Opcode;
import org.serai.message.core.packet.SubHeader.Place;

/** A packet of the VIOS protocol. Its layout is in docs/protocol.md. */
public record Packet(Header header, SubHeader sub, byte[] payload) {
    /** The version that is spoken. */
    public static final int VERSION = 4;
    /** The most that a payload has. */
    public static final int MAX_PAYLOAD_BYTES = Message.MAX_PAYLOAD_BYTES;
    /** The most nodes that a directed message names. */
    public static final int MAX_TARGETS = 4096;
    /** The most nodes that share a broadcast as the same bytes: their places are not longer than 1 KiB. */
    public static final int MAX_SHARING = 32;
    /** The most bytes that a topic or an originator has. */
    public static final int MAX_TEXT_BYTES = 255;
    /** The most entries that an RC array has. */
    public static final int MAX_RC_LENGTH = 1 << 20;

    static final int MAGIC = 0x53455241;
    static final int HEADER_BYTES = 56;
    static final int SUB_HEADER_BYTES = 60;
    static final int CHECKSUM_AT = 8;
    static final int TARGET_BYTES = 16;
    static final int PLACED_BYTES = 32;

    private static final byte[] NOTHING = new byte[0];

    /** The receipt for a message and all before it: same identifying fields and order, sent to the sender alone. */
    public Packet receipt(UUID self) {
        Place upTo = new Place(sub.place().order(), 0, 0);
        return back(Opcode.RECEIPT, self, Status.OK, upTo, sub.rcReference(), sub.rcLength(), NOTHING);
    }

    /** The response to a message: same identifying fields, own opcode, sent to the asker alone, wanting no receipt. */
    public Packet response(UUID self, Status status, byte[] answer) {
        return back(Opcode.RESPONSE, self, status, Place.NONE, 0, 0, answer);
    }

    private Packet back(
            Opcode opcode, UUID self, Status status, Place place, long rcReference, int rcLength, byte[] content) {
        return new Packet(
                new Header(header.transaction(), status, 0, header.origin(), false),
                new SubHeader(
                        opcode,
                        self,
                        List.of(sub.sender()),
                        false,
                        false,
                        place,
                        rcReference,
                        rcLength,
                        sub.originator(),
                        ""),
                content);
    }

    /** The same packet, directed to these nodes alone: a message that is sent again. */
    public Packet toOnly(List<UUID> targets) {
        return new Packet(
                header,
                new SubHeader(
                        sub.opcode(),
                        sub.sender(),
                        targets,
                        false,
                        sub.response(),
                        sub.place(),
                        sub.rcReference(),
                        sub.rcLength(),
                        sub.originator(),
                        sub.topic()),
                payload);
    }

    /** The same packet with a longer RC array. */
    public Packet withRcLength(int length) {
        return new Packet(
                header,
                new SubHeader(
                        sub.opcode(),
                        sub.sender(),
                        sub.targets(),
                        sub.broadcast(),
                        sub.response(),
                        sub.place(),
                        sub.rcReference(),
                        length,
                        sub.originator(),
                        sub.topic()),
                payload);
    }

    /** The header that goes back to the caller of a packet whose RC array is too short. */
    public Header tooShort(int neededLength) {
        return header.needing(neededLength);
    }

    /** Whether its sender waits for receipts. */
    public boolean wantsReceipts() {
        return header.receipts() && sub.rcReference() != 0 && sub.rcLength() != 0;
    }
}
