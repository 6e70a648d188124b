package org.serai.scsi.target.lu;

import java.util.Optional;
import org.serai.scsi.target.sense.SenseCode;

/**
 * Whether all of an LU is being erased, or was not erased to the end (SBC-4, sanitize operations and format
 * operations): what has to be known wherever the LU is served next.
 */
public enum Erasing {
    /** Nothing was erased, or it ended well. */
    NOTHING,
    /** A sanitize operation in the restricted completion mode is under way. */
    SANITIZING(SenseCode.SANITIZE_IN_PROGRESS),
    /** A sanitize operation in the unrestricted completion mode is under way. */
    SANITIZING_UNRESTRICTED(SenseCode.SANITIZE_IN_PROGRESS),
    /** A format operation is under way. */
    FORMATTING(SenseCode.FORMAT_IN_PROGRESS),
    /** A sanitize operation failed; nothing but another restricted one that ends well ends this. */
    SANITIZE_FAILED(SenseCode.SANITIZE_COMMAND_FAILED),
    /** A sanitize operation failed; another one that ends well, or EXIT FAILURE MODE, ends this. */
    SANITIZE_FAILED_UNRESTRICTED(SenseCode.SANITIZE_COMMAND_FAILED),
    /** A format operation failed or was aborted; another one, or a sanitize operation, that ends well ends this. */
    FORMAT_FAILED(SenseCode.MEDIUM_FORMAT_CORRUPTED);

    private final Optional<SenseCode> hindrance;

    Erasing() {
        hindrance = Optional.empty();
    }

    Erasing(SenseCode hindrance) {
        this.hindrance = Optional.of(hindrance);
    }

    /** What is in the way of commands. */
    Optional<SenseCode> hindrance() {
        return hindrance;
    }

    boolean isUnderWay() {
        return this == SANITIZING || this == SANITIZING_UNRESTRICTED || this == FORMATTING;
    }

    /** What it becomes if it cannot be brought to its end. */
    Erasing failed() {
        return switch (this) {
            case SANITIZING -> SANITIZE_FAILED;
            case SANITIZING_UNRESTRICTED -> SANITIZE_FAILED_UNRESTRICTED;
            case FORMATTING -> FORMAT_FAILED;
            default -> this;
        };
    }
}
