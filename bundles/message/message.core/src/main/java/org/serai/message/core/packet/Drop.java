package org.serai.message.core.packet;

/** Why a packet, or what it says, is dropped. Each is counted. */
public enum Drop {
    TOO_SHORT("too short"),
    TOO_LARGE("too large"),
    WRONG_MAGIC("wrong magic"),
    UNKNOWN_VERSION("unknown version"),
    LENGTHS("lengths do not fit"),
    CHECKSUM("wrong checksum"),
    UNKNOWN_ORIGIN("unknown origin"),
    UNKNOWN_STATUS("unknown status"),
    UNKNOWN_OPCODE("unknown opcode"),
    UNKNOWN_FLAG("unknown flag"),
    NO_TEXT("topic or originator is no text"),
    CONTRADICTION("fields contradict each other"),
    /** The transport says that another node sent it. */
    NOT_THE_SENDER("not sent by its sender"),
    NOT_FOR_US("for another node"),
    /** The transport brings it while it is being joined or left. */
    NO_WAY_BACK("nothing can be sent back yet"),
    DUPLICATE("duplicate message"),
    /** A message without receipts. */
    OVERTAKEN("duplicate or overtaken hint"),
    HELD_TOO_MANY("too many held until earlier ones come"),
    GIVEN_UP("given up by its sender"),
    NO_ROOM("too many wait for their handlers"),
    LATE_RECEIPT("receipt for no open RC array"),
    DUPLICATE_RECEIPT("duplicate receipt"),
    FOREIGN_RECEIPT("receipt of a node that was not asked"),
    LATE_RESPONSE("nobody waits for this response"),
    BAD_ERROR("error of a response cannot be read"),
    NOT_SENT("node not reached"),
    SEND_QUEUE_FULL("send queue full");

    private final String text;

    Drop(String text) {
        this.text = text;
    }

    /** As operators read it. */
    @Override
    public String toString() {
        return text;
    }
}
