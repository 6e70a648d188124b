package org.serai.platform;

import org.serai.ffdc.Category;
import org.serai.ffdc.ErrorCode;

/** Errors of the platform itself. */
public enum PlatformError implements ErrorCode {
    /** The instance runs already. */
    INSTANCE_IN_USE("SERAI-PLATFORM-0001", Category.USER),
    /** The instance directory cannot be made or written. */
    BAD_INSTANCE("SERAI-PLATFORM-0002", Category.USER),
    /** No component has a configuration property of that key. */
    UNKNOWN_KEY("SERAI-PLATFORM-0003", Category.USER),
    /** The value has the wrong type or is out of range. */
    BAD_VALUE("SERAI-PLATFORM-0004", Category.USER),
    /** The configuration file cannot be read. */
    BAD_CONFIGURATION("SERAI-PLATFORM-0005", Category.USER),
    /** No feature has that name. */
    NO_SUCH_FEATURE("SERAI-PLATFORM-0006", Category.USER),
    /** A feature file cannot be read. */
    BAD_FEATURE("SERAI-PLATFORM-0007", Category.OPERATOR),
    /** A bundle that a feature names is not in the repository. */
    NO_SUCH_BUNDLE("SERAI-PLATFORM-0008", Category.OPERATOR),
    /** A bundle or component of the platform does not start. */
    START_FAILED("SERAI-PLATFORM-0009", Category.OPERATOR),
    /** Other features need the feature, or it is not installed. */
    FEATURE_CONFLICT("SERAI-PLATFORM-0010", Category.USER),
    /** Neither a driver nor a component nor a bundle has that name. */
    NO_SUCH_DRIVER("SERAI-PLATFORM-0011", Category.USER),
    /** The word is no log level. */
    BAD_LEVEL("SERAI-PLATFORM-0012", Category.USER),
    /** What the node does just now depends on the setting. */
    SETTING_IN_USE("SERAI-PLATFORM-0013", Category.USER);

    private final String code;
    private final Category category;

    PlatformError(String code, Category category) {
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
