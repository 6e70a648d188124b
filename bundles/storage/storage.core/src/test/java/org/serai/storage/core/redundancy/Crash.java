package org.serai.storage.core.redundancy;

/** The process ends here: nothing after it is done, and nobody catches it. */
final class Crash extends Error {
    private static final long serialVersionUID = 1;

    /** Counts down to the crash. */
    static final class Countdown {
        private long left = Long.MAX_VALUE;
        private volatile boolean yields;

        /** From now on every step lets other threads go first. */
        void yieldAlways() {
            yields = true;
        }

        void in(long steps) {
            left = steps;
        }

        void never() {
            left = Long.MAX_VALUE;
        }

        void step() {
            if (yields) {
                Thread.yield();
                return;
            }
            left--;
            if (left < 0) {
                throw new Crash();
            }
        }
    }
}
