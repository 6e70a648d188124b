package org.serai.transport.fault;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.random.RandomGenerator;

/** The faults that there are now. Rules come and go while links are in use. */
public final class Faults {
    private final RandomGenerator random;
    private final Later later;
    private final List<Active> active = new ArrayList<>();

    /**
     * No faults yet.
     *
     * @param random decides which messages a rule concerns
     * @param later brings what is delayed
     */
    public Faults(RandomGenerator random, Later later) {
        this.random = random;
        this.later = later;
    }

    /** Runs tasks when their time has come. */
    @FunctionalInterface
    public interface Later {
        /** Runs a task once, not before that many milliseconds have passed. */
        void after(long delayMs, Runnable task);
    }

    /**
     * What becomes of a message.
     *
     * @param copies how often it comes
     * @param delayMs after which it comes, in its order
     * @param reorderMs after which it comes, whatever comes before
     */
    record Fate(int copies, long delayMs, long reorderMs) {}

    /** A rule that is in force until it is taken away. */
    public final class Active implements AutoCloseable {
        private final Rule rule;
        private long hits;

        private Active(Rule rule) {
            this.rule = rule;
        }

        /** How many messages it has concerned. */
        public long hits() {
            synchronized (Faults.this) {
                return hits;
            }
        }

        /** Takes it away. */
        @Override
        public void close() {
            synchronized (Faults.this) {
                active.remove(this);
            }
        }

        private boolean hit(Rule.Way way, UUID other) {
            boolean hit = rule.concerns(way, other)
                    && (rule.times() == 0 || hits < rule.times())
                    && random.nextInt(100) < rule.percent();
            hits += hit ? 1 : 0;
            return hit;
        }
    }

    /** Puts a rule in force. */
    public synchronized Active add(Rule rule) {
        Active added = new Active(rule);
        active.add(added);
        return added;
    }

    /** Puts these rules in force and no others. */
    public synchronized void set(List<Rule> rules) {
        active.clear();
        rules.forEach(this::add);
    }

    synchronized Fate meet(Rule.Way way, UUID other) {
        int copies = 1;
        long delayMs = 0;
        long reorderMs = 0;
        for (Active each : active) {
            if (each.hit(way, other)) {
                switch (each.rule.effect()) {
                    case LOSE -> {
                        return new Fate(0, 0, 0);
                    }
                    case DOUBLE -> copies *= 2;
                    case DELAY -> delayMs += each.rule.timeMs();
                    case REORDER -> reorderMs += each.rule.timeMs();
                }
            }
        }
        return new Fate(copies, delayMs, reorderMs);
    }

    void after(long delayMs, Runnable task) {
        later.after(delayMs, task);
    }
}
