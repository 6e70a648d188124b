package org.serai.storage.core;

/** Waiting, as the platform's clock has it. */
@FunctionalInterface
interface Pause {
    /** Returns after that time. */
    void millis(long millis);
}
