package org.serai.scsi.iscsi;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.serai.scsi.iscsi.pdu.PduWriter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds peers that are gone without a word, or take nothing: who is silent is asked for a sign of life by a NOP-In, and
 * closed if none comes. A discovery session is closed without being asked.
 */
final class Vigil {
    private static final Logger LOG = LoggerFactory.getLogger(Vigil.class);

    private final long idleNs;
    private final long answerNs;
    private final LongSupplier nanoTime;
    private final Map<Connection, Sign> signs = new ConcurrentHashMap<>();

    Vigil(long idleMs, long answerMs, LongSupplier nanoTime) {
        this.idleNs = TimeUnit.MILLISECONDS.toNanos(idleMs);
        this.answerNs = TimeUnit.MILLISECONDS.toNanos(answerMs);
        this.nanoTime = nanoTime;
    }

    /** What was seen of a peer, and since when it is so. */
    private record Sign(long rounds, long written, boolean asked, long since) {}

    void look(Set<Connection> connections) {
        long now = nanoTime.getAsLong();
        signs.keySet().retainAll(connections);
        for (Connection each : connections) {
            if (each.isLoggedIn()) {
                look(each, now);
            }
        }
    }

    private void look(Connection connection, long now) {
        Optional<PduWriter> writing = connection.writing();
        long written = writing.map(PduWriter::writtenBytes).orElse(0L);
        long rounds = connection.rounds();
        Sign before = signs.get(connection);
        boolean executes = rounds % 2 == 1 && writing.isEmpty();
        if (before == null || executes || before.rounds() != rounds || before.written() != written) {
            signs.put(connection, new Sign(rounds, written, false, now));
            return;
        }
        long silentNs = now - before.since();
        if (writing.isPresent()) {
            if (silentNs > idleNs + answerNs) {
                close(connection, "takes nothing of what it is sent");
            }
        } else if (connection.isDiscovery() && silentNs > idleNs || before.asked() && silentNs > idleNs + answerNs) {
            close(connection, "is silent");
        } else if (!before.asked() && silentNs > idleNs) {
            signs.put(connection, new Sign(rounds, written, true, before.since()));
            Thread.startVirtualThread(connection::ping);
        }
    }

    private static void close(Connection connection, String why) {
        LOG.warn("{} is closed, for it {}", connection, why);
        connection.close();
    }
}
