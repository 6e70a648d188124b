package org.serai.storage.core.attach;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.serai.ffdc.SeraiException;
import org.slf4j.Logger;

/** Troubles that last over many tries: told once when they begin or turn into another, and not again until they are over. */
public final class Lasting {
    private final Logger log;
    private final Map<Object, String> told = new ConcurrentHashMap<>();

    /** Told in that log. */
    public Lasting(Logger log) {
        this.log = log;
    }

    /** Tells of it unless it was told; with the trace only where a defect shows itself. */
    public void warn(Object about, String what, RuntimeException e) {
        if (String.valueOf(e.getMessage()).equals(told.put(about, String.valueOf(e.getMessage())))) {
            log.debug("{}", what, e);
            return;
        }
        if (isDefect(e) || isDefect(e.getCause())) {
            log.warn("{}", what, e);
        } else {
            log.warn("{}: {}", what, e.getMessage());
        }
    }

    private static boolean isDefect(Throwable e) {
        return e instanceof RuntimeException && !(e instanceof SeraiException);
    }

    /** It is over: if it comes again it is told again. */
    public void over(Object about) {
        told.remove(about);
    }
}
