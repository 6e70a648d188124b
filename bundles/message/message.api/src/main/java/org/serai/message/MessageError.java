package org.serai.message;

import org.serai.ffdc.Category;
import org.serai.ffdc.ErrorCode;

/** Errors of messages. */
public enum MessageError implements ErrorCode {
    /** The node did not answer in time. */
    NO_ANSWER("SERAI-MSG-0001", Category.RETRY),
    /** The node is not in the transport's view. */
    NOT_CONNECTED("SERAI-MSG-0002", Category.RETRY),
    /** The node's handler failed. */
    HANDLER_FAILED("SERAI-MSG-0003", Category.RETRY),
    /** The payload is larger than a message may be. */
    TOO_LARGE("SERAI-MSG-0004", Category.FATAL);

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
