package org.serai.storage.core.attach;

/** Waiting, as the platform's clock has it. */
@FunctionalInterface
public interface Pause {
    /** Returns after that time. */
    void millis(long millis);
}
