package org.serai.platform;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/** The levels of the loggers of this node, for this run. */
@ProviderType
public interface LogLevels {
    /** The loggers that have a level of their own, the root logger {@code ROOT} first. */
    List<LogLevel> all();

    /** The level that is in force for a logger. */
    LogLevel level(String logger);

    /** What {@link #set} would refuse; nothing is changed. */
    void check(String logger, String level);

    /** Sets a level; {@code INHERIT} takes it away; {@link PlatformError#BAD_LEVEL} for any other word. */
    LogLevel set(String logger, String level);

    /** A logger and the level in force for it. */
    record LogLevel(String logger, String level) {}
}
