package org.serai.scsi.iscsi;

import java.io.IOException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.serai.scsi.iscsi.login.LoginPhase;
import org.serai.scsi.iscsi.login.LoginResult;
import org.serai.scsi.iscsi.pdu.PduReader;
import org.serai.scsi.iscsi.pdu.PduWriter;
import org.serai.scsi.spi.Nexus;
import org.serai.scsi.spi.Targets;

/** The sessions of a portal, by what identifies them to an initiator. */
final class Sessions {
    /** How long a new login waits for the end of the session that it reinstates. */
    private static final long REINSTATEMENT_MS = 10_000;

    private final Targets targets;
    private final String portal;
    private final boolean discoveryAuthentication;
    private final RandomGenerator secureRandom;
    private final ScheduledExecutorService deadlines;
    private final AtomicInteger lastTsih = new AtomicInteger();
    private final Map<Key, Connection> live = new ConcurrentHashMap<>();

    Sessions(
            Targets targets,
            String portal,
            boolean discoveryAuthentication,
            RandomGenerator secureRandom,
            ScheduledExecutorService deadlines) {
        this.targets = targets;
        this.portal = portal;
        this.discoveryAuthentication = discoveryAuthentication;
        this.secureRandom = secureRandom;
        this.deadlines = deadlines;
    }

    /** An I_T nexus has one session (RFC 7143, 4.4.3). */
    private record Key(String initiator, long isid, String target) {
        static Optional<Key> of(LoginResult login) {
            return login.target().map(target -> new Key(login.initiator(), login.isid(), target));
        }
    }

    Targets targets() {
        return targets;
    }

    String portal() {
        return portal;
    }

    ScheduledExecutorService deadlines() {
        return deadlines;
    }

    LoginPhase login(PduReader reader, PduWriter writer) {
        return new LoginPhase(reader, writer, targets, discoveryAuthentication, secureRandom);
    }

    /** Opens the nexus of a normal session, after the session that it reinstates has ended (RFC 7143, 6.3.5). */
    Optional<Nexus> open(LoginResult login, Connection connection) throws IOException {
        Optional<Key> key = Key.of(login);
        if (key.isEmpty()) {
            return Optional.empty();
        }
        Connection before = live.put(key.get(), connection);
        if (before != null) {
            before.close();
            if (!before.awaitEnd(REINSTATEMENT_MS)) {
                throw new IOException("the session that is reinstated still executes a command");
            }
        }
        String port = login.initiator() + ",i,0x" + HexFormat.of().toHexDigits(login.isid(), 12);
        return Optional.of(targets.login(key.get().target(), login.initiator(), port, connection));
    }

    /** Never 0, which stands for a session that is still to be made. */
    int nextTsih() {
        return lastTsih.updateAndGet(tsih -> tsih % 0xFFFF + 1);
    }

    /** Forgets a connection that has ended, whether or not its login did. */
    void ended(Connection connection) {
        live.values().remove(connection);
    }
}
