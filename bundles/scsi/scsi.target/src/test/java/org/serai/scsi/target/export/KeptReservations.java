package org.serai.scsi.target.export;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.serai.ffdc.SeraiException;
import org.serai.scsi.target.reservation.ReservationStore;
import org.serai.scsi.target.reservation.Reservations;

/** Reservations in a map, which fails with what a test has told it to, before or after it has written. */
final class KeptReservations implements ReservationStore {
    private final Map<UUID, Reservations> kept = new HashMap<>();
    private Optional<SeraiException> failure = Optional.empty();
    private boolean writesBeforeFailing;
    private int writes;
    private List<Integer> ports = List.of(1, 2);

    synchronized void failWith(SeraiException error, boolean afterWriting) {
        failure = Optional.of(error);
        writesBeforeFailing = afterWriting;
    }

    synchronized void heal() {
        failure = Optional.empty();
    }

    synchronized int writes() {
        return writes;
    }

    @Override
    public synchronized Reservations load(UUID lu, long epoch) {
        return kept.getOrDefault(lu, Reservations.NONE);
    }

    @Override
    public synchronized void save(UUID lu, long epoch, Reservations next) {
        if (failure.isEmpty() || writesBeforeFailing) {
            kept.put(lu, next);
            writes++;
        }
        if (failure.isPresent()) {
            throw failure.get();
        }
    }

    @Override
    public boolean keeps() {
        return true;
    }

    @Override
    public synchronized List<Integer> targetPorts() {
        return ports;
    }

    synchronized void ports(Integer... now) {
        ports = List.of(now);
    }
}
