package org.serai.storage.fault;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.LongConsumer;
import org.serai.ffdc.SeraiException;
import org.serai.storage.StorageError;

/** The faults that a driver has now. Rules come and go while pools are in use. */
public final class Faults {
    private final LongConsumer pause;
    private final List<Active> active = new ArrayList<>();

    /**
     * No faults yet.
     *
     * @param pause lets so many milliseconds pass
     */
    public Faults(LongConsumer pause) {
        this.pause = pause;
    }

    /** A rule that is in force until it is taken away. */
    public final class Active implements AutoCloseable {
        private final Rule rule;
        private long calls;
        private long hits;

        private Active(Rule rule) {
            this.rule = rule;
        }

        /** How many calls it has concerned. */
        public long hits() {
            synchronized (Faults.this) {
                return hits;
            }
        }

        /** Takes it away; calls that stand because of it go on. */
        @Override
        public void close() {
            synchronized (Faults.this) {
                active.remove(this);
                Faults.this.notifyAll();
            }
        }

        private boolean concerns(Operation operation, Set<UUID> objects) {
            if (!rule.operation().covers(operation)
                    || rule.of().filter(of -> !objects.contains(of)).isPresent()) {
                return false;
            }
            calls++;
            boolean hit = calls > rule.after() && (rule.times() == 0 || hits < rule.times());
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
        notifyAll();
    }

    /**
     * Says what happens to a call, after the time it takes.
     *
     * @return the effect that the caller has to see to: {@link Effect#LATE}, {@link Effect#SHORT} or {@link Effect#SKIP}
     * @throws SeraiException if nothing is to be done
     */
    Optional<Effect> meet(Operation operation, UUID pool, UUID object) {
        Set<UUID> objects = new HashSet<>(List.of(pool, object));
        Optional<Active> met;
        synchronized (this) {
            met = active.stream()
                    .filter(each -> each.concerns(operation, objects))
                    .findFirst();
            if (met.isPresent() && met.get().rule.effect() == Effect.STALL) {
                stand(met.get());
                return Optional.empty();
            }
        }
        if (met.isEmpty()) {
            return Optional.empty();
        }
        Rule rule = met.get().rule;
        return switch (rule.effect()) {
            case ERROR -> throw failed(operation, object);
            case AWAY ->
                throw StorageError.PV_AWAY.error(
                        "The pool of " + object + " cannot be reached",
                        "a rule of storage.fault says so",
                        "take the rule away");
            case DELAY -> {
                pause.accept(rule.delayMs());
                yield Optional.empty();
            }
            case LATE, SHORT, SKIP -> Optional.of(rule.effect());
            case STALL -> throw new IllegalStateException("a stall is over when it is met");
        };
    }

    /** Waits, whoever interrupts: storage that stalls cannot be interrupted either. */
    private void stand(Active met) {
        boolean interrupted = false;
        while (active.contains(met)) {
            try {
                wait();
            } catch (InterruptedException e) {
                // Kept for the caller, who finds it when the storage answers.
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    static SeraiException failed(Operation operation, UUID object) {
        return StorageError.IO_FAILED.error(
                "A " + operation.name().toLowerCase(Locale.ROOT) + " of " + object + " failed",
                "a rule of storage.fault says so",
                "take the rule away");
    }
}
