package org.serai.message.core.vke;

/** Lets time pass. */
@FunctionalInterface
public interface Alarm {
    /** Runs a task once, not before that many milliseconds have passed. */
    void after(long delayMs, Runnable task);
}
