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
    public void check(String logger, String level) {
        word(logger, level);
    }

    @Override
    public LogLevel set(String name, String level) {
        String word = word(name, level);
        Logger logger = context.getLogger(name);
        logger.setLevel(word.equals(INHERIT) ? null : Level.toLevel(word));
        return of(logger);
    }

    private static String word(String logger, String level) {
        String word = level.toUpperCase(Locale.ROOT);
        boolean root = logger.equals(org.slf4j.Logger.ROOT_LOGGER_NAME);
        if (!LEVELS.contains(word) && (root || !word.equals(INHERIT))) {
            throw PlatformError.BAD_LEVEL.error(
                    "'" + level + "' is no level for " + logger,
                    "a level is one of " + String.join(", ", LEVELS) + (root ? "" : ", " + INHERIT),
                    "give one of these");
        }
        return word;
    }

    private static LogLevel of(Logger logger) {
        return new LogLevel(logger.getName(), logger.getEffectiveLevel().toString());
    }
}
