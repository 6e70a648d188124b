package org.serai.launcher.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import java.util.List;
import java.util.Locale;
import org.serai.platform.LogLevels;
import org.serai.platform.PlatformError;
import org.slf4j.LoggerFactory;

/** The levels of logback's loggers. */
public final class LiveLogLevels implements LogLevels {
    private static final List<String> LEVELS = List.of("OFF", "ERROR", "WARN", "INFO", "DEBUG", "TRACE");
    private static final String INHERIT = "INHERIT";

    private final LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();

    @Override
    public List<LogLevel> all() {
        return context.getLoggerList().stream()
                .filter(logger -> logger.getLevel() != null)
                .map(LiveLogLevels::of)
                .toList();
    }

    @Override
    public LogLevel level(String logger) {
        return of(context.getLogger(logger));
    }

    @Override
    public LogLevel set(String name, String word) {
        Logger logger = context.getLogger(name);
        String level = word.toUpperCase(Locale.ROOT);
        boolean root = name.equals(org.slf4j.Logger.ROOT_LOGGER_NAME);
        if (!LEVELS.contains(level) && (root || !level.equals(INHERIT))) {
            throw PlatformError.BAD_LEVEL.error(
                    "'" + word + "' is no level for " + name,
                    "A level is one of " + String.join(", ", LEVELS) + (root ? "" : ", " + INHERIT),
                    "Give one of these");
        }
        logger.setLevel(level.equals(INHERIT) ? null : Level.toLevel(level));
        return of(logger);
    }

    private static LogLevel of(Logger logger) {
        return new LogLevel(logger.getName(), logger.getEffectiveLevel().toString());
    }
}
