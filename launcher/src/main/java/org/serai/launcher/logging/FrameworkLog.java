package org.serai.launcher.logging;

import org.apache.felix.framework.Logger;
import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceReference;
import org.slf4j.LoggerFactory;

/** What the framework itself logs, in the node's log. */
public final class FrameworkLog extends Logger {
    private final org.slf4j.Logger log = LoggerFactory.getLogger("org.apache.felix.framework");

    /** {@inheritDoc} The framework's class has the raw type, so the method must. */
    @Override
    @SuppressWarnings("rawtypes")
    protected void doLog(Bundle bundle, ServiceReference reference, int level, String message, Throwable thrown) {
        String sentence = bundle == null ? message : bundle.getSymbolicName() + ": " + message;
        switch (level) {
            case LOG_ERROR -> log.error(sentence, thrown);
            case LOG_WARNING -> log.warn(sentence, thrown);
            case LOG_INFO -> log.info(sentence, thrown);
            default -> log.debug(sentence, thrown);
        }
    }
}
