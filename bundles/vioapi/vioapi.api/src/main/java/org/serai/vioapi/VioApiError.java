package org.serai.vioapi;

import org.serai.ffdc.Category;
import org.serai.ffdc.ErrorCode;

/** Errors of the VIOS API itself; errors of what it was asked to do keep the codes of their domains. */
public enum VioApiError implements ErrorCode {
    /** The document cannot be read, or is not what the schema says. */
    BAD_REQUEST("SERAI-VIO-0001", Category.USER),
    /** The document is larger or deeper than any request needs to be. */
    TOO_LARGE("SERAI-VIO-0002", Category.USER),
    /** Nobody has said who asks, or the token is none, revoked, or expired. */
    UNAUTHENTICATED("SERAI-VIO-0003", Category.USER),
    /** The caller's role does not allow it. */
    FORBIDDEN("SERAI-VIO-0004", Category.USER),
    /** There is no such object. */
    NOT_FOUND("SERAI-VIO-0005", Category.USER),
    /** The request id was used for another request. */
    ID_REUSED("SERAI-VIO-0006", Category.USER),
    /** The node that did the request ended meanwhile, and nobody knows how far it got. */
    OUTCOME_UNKNOWN("SERAI-VIO-0007", Category.OPERATOR),
    /** Too much is asked at once, or too often without a valid token. */
    BUSY("SERAI-VIO-0008", Category.RETRY),
    /** A token of that name is there already. */
    TOKEN_EXISTS("SERAI-VIO-0009", Category.USER),
    /** No token has that name. */
    NO_SUCH_TOKEN("SERAI-VIO-0010", Category.USER),
    /** A configured value that cannot be. */
    BAD_SETTING("SERAI-VIO-0011", Category.USER),
    /** The socket or port cannot be listened on, or the certificate cannot be had. */
    NOT_LISTENING("SERAI-VIO-0012", Category.OPERATOR),
    /** No service of this node can do it now. */
    UNAVAILABLE("SERAI-VIO-0013", Category.RETRY),
    /** The path or method is none of the API's. */
    NO_SUCH_PATH("SERAI-VIO-0014", Category.USER),
    /** A defect: details are in the log. */
    INTERNAL("SERAI-VIO-0015", Category.FATAL);

    private final String code;
    private final Category category;

    VioApiError(String code, Category category) {
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
