package org.serai.scsi.iscsi.session;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * The commands of a connection that wait for data-out, or for the end of a task management function that came before them.
 * Each has a place that is used again. Used by whoever handles the connection's PDUs; methods for any thread say so.
 */
final class WaitingCommands {
    private final WaitingCommand[] places = new WaitingCommand[CommandWindow.SIZE];
    private final CommandWindow window;
    private final DataBuffers buffers;
    private final Debts debts;

    /** What is under way of task management: commands that came later wait for its response. */
    private final List<Affected> fences = new ArrayList<>();

    /** LUNs whose commands are to be forgotten. */
    private final Set<Long> abortedLuns = ConcurrentHashMap.newKeySet();

    /** Tags of commands that are to be forgotten. */
    private final Set<Integer> abortedTags = ConcurrentHashMap.newKeySet();

    private volatile boolean allAborted;
    private volatile boolean abortDue;
    private int count;
    private long arrivals;

    WaitingCommands(int maxOutstandingR2T, CommandWindow window, DataBuffers buffers, LongSupplier nanoTime) {
        debts = new Debts(nanoTime);
        this.window = window;
        this.buffers = buffers;
        Arrays.setAll(places, i -> new WaitingCommand(maxOutstandingR2T));
    }

    WaitingCommand find(int itt) {
        if (count > 0) {
            for (WaitingCommand each : places) {
                if (each.used() && each.itt() == itt) {
                    return each;
                }
            }
        }
        return null;
    }

    /**
     * A place and a buffer for a command, which {@link #release} or {@link #forget} must follow; null if there is no room for
     * it now.
     *
     * @param held whether it is behind a task management function
     */
    WaitingCommand add(int itt, long lun, byte[] cdb, int expectedBytes, int wantedBytes, int room, boolean held) {
        ByteBuffer data = count == places.length ? null : buffers.take(Math.max(1, wantedBytes));
        if (data == null) {
            return null;
        }
        WaitingCommand command = freePlace();
        command.start(itt, lun, cdb, expectedBytes, room, data.limit(wantedBytes));
        command.hold(held, arrivals++);
        count++;
        window.waitsForData(1);
        return command;
    }

    private WaitingCommand freePlace() {
        for (WaitingCommand each : places) {
            if (!each.used()) {
                return each;
            }
        }
        throw new IllegalStateException("no place is free though fewer commands wait than there are places");
    }

    /** The command waits no more; its buffer is the caller's to give back. */
    ByteBuffer release(WaitingCommand command) {
        count--;
        window.waitsForData(-1);
        if (command.isAborted()) {
            debts.remove();
        }
        return command.free();
    }

    void forget(WaitingCommand command) {
        buffers.give(release(command));
    }

    /** How many commands have come to wait so far. */
    long arrivals() {
        return arrivals;
    }

    /** Whether a command of that LUN has to wait for the response to task management. */
    boolean isFenced(long lun) {
        if (!fences.isEmpty()) {
            for (Affected each : fences) {
                if (each.includes(lun)) {
                    return true;
                }
            }
        }
        return false;
    }

    void fence(Affected affected) {
        fences.add(affected);
    }

    /** The commands that nothing holds any more, in the order in which they came. */
    List<WaitingCommand> lift(Affected affected) {
        fences.remove(affected);
        List<WaitingCommand> free = new ArrayList<>();
        for (WaitingCommand each : places) {
            if (each.used() && each.isHeld() && !isFenced(each.lun())) {
                each.hold(false, each.arrival());
                free.add(each);
            }
        }
        free.sort(Comparator.comparingLong(WaitingCommand::arrival));
        return free;
    }

    /**
     * Ends commands: those that the initiator has been asked for data of are forgotten once it has come (RFC 7143, 4.2.3.3).
     * Whether there are any.
     *
     * @param before which of them came before the function
     */
    boolean drain(Affected affected, long before) {
        abortDue();
        for (WaitingCommand each : places) {
            if (each.used() && !each.isAborted() && each.arrival() < before && affected.includes(each.lun())) {
                if (each.isOwedData()) {
                    each.abort();
                    debts.add();
                } else {
                    forget(each);
                }
            }
        }
        return debts.any();
    }

    /** Data of a command that has been aborted, which nobody wants any more. */
    void pay(WaitingCommand command, int transferTag, boolean last) {
        debts.paid();
        if (command.isPaidBy(transferTag, last)) {
            forget(command);
        }
    }

    /** Returns when everything has come that is owed; false if nothing comes for that time. Called by any thread. */
    boolean awaitDrained(long silenceMs) {
        return debts.await(silenceMs);
    }

    /** Forgets the commands that {@link #drain} has left. */
    void forgetDrained(Affected affected) {
        for (WaitingCommand each : places) {
            if (each.used() && each.isAborted() && affected.includes(each.lun())) {
                forget(each);
            }
        }
    }

    /** Has a command forgotten before the next PDU is looked at; false if there is none. Called by any thread. */
    boolean abortLater(int itt) {
        boolean waits = Arrays.stream(places).anyMatch(place -> place.used() && place.itt() == itt);
        if (waits) {
            abortedTags.add(itt);
            abortDue = true;
        }
        return waits;
    }

    /** Has the commands forgotten that wait now at a LUN. Called by any thread. */
    void abortLater(long lun) {
        abortedLuns.add(lun);
        abortDue = true;
    }

    /** Has all commands forgotten that wait now. Called by any thread. */
    void abortAllLater() {
        allAborted = true;
        abortDue = true;
    }

    /** Forgets what was aborted; looked at before each PDU. */
    void abortDue() {
        if (!abortDue) {
            return;
        }
        abortDue = false;
        boolean all = allAborted;
        allAborted = false;
        Set<Long> luns = Set.copyOf(abortedLuns);
        Set<Integer> tags = Set.copyOf(abortedTags);
        abortedLuns.removeAll(luns);
        abortedTags.removeAll(tags);
        for (WaitingCommand each : places) {
            if (each.used()
                    && (all
                            || luns.stream().anyMatch(lun -> LunField.same(lun, each.lun()))
                            || tags.contains(each.itt()))) {
                forget(each);
            }
        }
    }
}
