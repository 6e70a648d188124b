package org.serai.launcher.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.rolling.FixedWindowRollingPolicy;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeBasedTriggeringPolicy;
import ch.qos.logback.core.spi.ContextAwareBase;
import ch.qos.logback.core.util.FileSize;
import java.nio.file.Path;
import org.slf4j.LoggerFactory;

/**
 * Sets up logback: one file that rolls by size, and the console for a node in the foreground. Each line has the node's
 * name, and the operation token and partition of the thread's context (MDC keys {@code operation} and {@code lpar}).
 * Until {@link #open} nothing is written. In code, because reading an XML configuration would cost a tenth of the start.
 */
public final class NodeLog extends ContextAwareBase implements Configurator {
    private static final String PATTERN =
            "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level %logger{24} [%property{node}%replace( op=%X{operation}){' op=$', ''}%replace( lpar=%X{lpar}){' lpar=$', ''}] %msg%n";
    private static final long FILE_SIZE_MAX_BYTES = 16L << 20;
    private static final int FILES_MAX = 5;

    /** For the service loader. */
    public NodeLog() {}

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    /** Opens the log of a node. */
    public static void open(String node, Path file, boolean console) {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.reset();
        context.putProperty("node", node);
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.INFO);
        context.getLogger("Events").setLevel(Level.OFF); // the framework's own log has them
        root.addAppender(fileAppender(context, file));
        if (console) {
            root.addAppender(start(context, new ConsoleAppender<>()));
        }
    }

    /** Writes out what is buffered and closes the file. */
    public static void close() {
        ((LoggerContext) LoggerFactory.getILoggerFactory()).stop();
    }

    private static Appender<ILoggingEvent> fileAppender(LoggerContext context, Path file) {
        RollingFileAppender<ILoggingEvent> appender = new RollingFileAppender<>();
        appender.setFile(file.toString());
        SizeBasedTriggeringPolicy<ILoggingEvent> trigger = new SizeBasedTriggeringPolicy<>();
        trigger.setContext(context);
        trigger.setMaxFileSize(new FileSize(FILE_SIZE_MAX_BYTES));
        trigger.start();
        FixedWindowRollingPolicy rolling = new FixedWindowRollingPolicy();
        rolling.setContext(context);
        rolling.setParent(appender);
        rolling.setFileNamePattern(file + ".%i");
        rolling.setMinIndex(1);
        rolling.setMaxIndex(FILES_MAX);
        rolling.start();
        appender.setTriggeringPolicy(trigger);
        appender.setRollingPolicy(rolling);
        return start(context, appender);
    }

    private static Appender<ILoggingEvent> start(LoggerContext context, OutputStreamAppender<ILoggingEvent> appender) {
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setPattern(PATTERN);
        encoder.start();
        appender.setContext(context);
        appender.setEncoder(encoder);
        appender.start();
        return appender;
    }
}
