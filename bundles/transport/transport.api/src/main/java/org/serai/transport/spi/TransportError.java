package org.serai.transport.spi;

import org.serai.ffdc.Category;
import org.serai.ffdc.ErrorCode;

/** Errors of transports. */
public enum TransportError implements ErrorCode {
    /** A configured address or port cannot be. */
    BAD_SETTINGS("SERAI-NET-0001", Category.USER),
    /** The interconnect could not be joined. */
    CANNOT_JOIN("SERAI-NET-0002", Category.RETRY);

    private final String code;
    private final Category category;

    TransportError(String code, Category category) {
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
