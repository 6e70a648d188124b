package org.serai.transport.fault;

import org.serai.ffdc.Category;
import org.serai.ffdc.ErrorCode;

/** Errors of this driver's own configuration. */
enum FaultError implements ErrorCode {
    /** A rule that cannot be read. */
    BAD_RULE("SERAI-NETFAULT-0001", Category.USER);

    private final String code;
    private final Category category;

    FaultError(String code, Category category) {
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
