package org.serai.message;

import org.serai.ffdc.Category;
import org.serai.ffdc.ErrorCode;

/** Errors of messages. */
public enum MessageError implements ErrorCode {
    /** The node did not answer in time. */
    NO_ANSWER("SERAI-MSG-0001", Category.RETRY),
    /** The transport does not see the node, or the node confirms nothing. */
    NOT_CONNECTED("SERAI-MSG-0002", Category.RETRY),
    /** The node's handler failed. */
    HANDLER_FAILED("SERAI-MSG-0003", Category.RETRY),
    /** The payload is larger than a message may be. */
    TOO_LARGE("SERAI-MSG-0004", Category.FATAL),
    /** The node listens on another transport. */
    OTHER_TRANSPORT("SERAI-MSG-0005", Category.OPERATOR),
    /** A message that this node cannot build: a topic or originator out of bounds, or a node that is not registered. */
    BAD_MESSAGE("SERAI-MSG-0006", Category.USER),
    /** Too much waits for receipts at this node: targets are slower than it sends. */
    TOO_MANY("SERAI-MSG-0007", Category.RETRY);

    private final String code;
    private final Category category;

    MessageError(String code, Category category) {
        this.code = code;
        this.category = category;
    }

    @Override
    public String code() {
        return code;
    }

    @Override
    public Category category() {
        return category;
    }
}
