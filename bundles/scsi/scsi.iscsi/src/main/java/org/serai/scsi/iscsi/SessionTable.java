package org.serai.scsi.iscsi;

import java.io.IOException;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.serai.ffdc.SeraiException;
import org.serai.scsi.iscsi.login.Identity;
import org.serai.scsi.iscsi.login.LoginFailure;
import org.serai.scsi.iscsi.login.LoginResult;
import org.serai.scsi.iscsi.session.Link;
import org.serai.scsi.iscsi.session.Session;
import org.serai.scsi.spi.Targets;

/** The sessions of a portal, by what identifies them to an initiator. */
final class SessionTable {
    /** How long a new login waits for the end of what it replaces. */
    private static final long REINSTATEMENT_MS = 10_000;

    private static final int MAX_TSIH = 0xFFFF;
    private static final int DOORS = 64;

    private final Targets targets;
    private final InstantSource clock;
    private final AtomicInteger lastTsih = new AtomicInteger();
    private final Map<Integer, Session> byTsih = new ConcurrentHashMap<>();
    private final Map<Key, Session> live = new ConcurrentHashMap<>();

    /** Logins of one initiator port are let in one after the other. */
    private final Object[] doors = new Object[DOORS];

    SessionTable(Targets targets, InstantSource clock) {
        this.targets = targets;
        this.clock = clock;
        Arrays.setAll(doors, i -> new Object());
    }

    /** An I_T nexus has one session (RFC 7143, 4.4.3). */
    private record Key(String initiator, long isid, String target) {
        static Optional<Key> of(LoginResult login) {
            return login.target()
                    .map(target -> new Key(login.initiator(), login.identity().isid(), target));
        }
    }

    /**
     * Opens a session, after the one that it reinstates has ended (RFC 7143, 6.3.5), or adds the connection to one, after
     * the connection that it reinstates (6.3.4).
     */
    Session enter(LoginResult login, Link link) throws IOException {
        Optional<Key> key = Key.of(login);
        if (key.isEmpty()) {
            return register(new Session(login, nextTsih(), clock.instant(), Optional.empty(), this::over), link);
        }
        synchronized (doors[Math.floorMod(key.get().hashCode(), DOORS)]) {
            return login.identity().tsih() == 0 ? open(login, key.get(), link) : join(login, key.get(), link);
        }
    }

    private Session open(LoginResult login, Key key, Link link) throws IOException {
        Session before = live.get(key);
        if (before != null) {
            List<Link> links = before.links();
            before.close();
            awaitEnd(links);
        }
        String port = key.initiator() + ",i,0x" + HexFormat.of().toHexDigits(key.isid(), 12);
        Session session = admitted(login, key, port);
        live.put(key, session);
        return register(session, link);
    }

    private Session admitted(LoginResult login, Key key, String port) throws LoginFailure {
        try {
            return new Session(
                    login,
                    nextTsih(),
                    clock.instant(),
                    Optional.of(owner -> targets.login(key.target(), key.initiator(), port, owner)),
                    this::over);
        } catch (SeraiException refused) {
            throw new LoginFailure(LoginFailure.AUTHORIZATION_FAILURE, refused.getMessage());
        }
    }

    private Session register(Session session, Link link) {
        byTsih.put(session.tsih(), session);
        session.add(link);
        return session;
    }

    private Session join(LoginResult login, Key key, Link link) throws IOException {
        Identity identity = login.identity();
        Session session = live.get(key);
        if (session == null || session.tsih() != identity.tsih()) {
            throw new LoginFailure(LoginFailure.SESSION_DOES_NOT_EXIST, "there is no session " + identity.tsih());
        }
        if (!session.reserve()) {
            throw new LoginFailure(LoginFailure.SESSION_DOES_NOT_EXIST, "session " + identity.tsih() + " is over");
        }
        boolean added;
        try {
            Optional<Link> before = session.link(identity.cid());
            before.ifPresent(Link::logOut);
            awaitEnd(before.stream().toList());
        } finally {
            added = session.add(link);
        }
        if (!added) {
            throw new LoginFailure(
                    LoginFailure.TOO_MANY_CONNECTIONS,
                    "session " + identity.tsih() + " has as many connections as it may");
        }
        return session;
    }

    private static void awaitEnd(List<Link> links) throws IOException {
        for (Link each : links) {
            if (!each.awaitEnd(REINSTATEMENT_MS)) {
                throw new IOException("what is reinstated still executes a command");
            }
        }
    }

    /** Never 0, which stands for a session that is still to be made, and none that is in use. */
    private synchronized int nextTsih() throws LoginFailure {
        for (int tries = 0; tries < MAX_TSIH; tries++) {
            int tsih = lastTsih.updateAndGet(last -> last % MAX_TSIH + 1);
            if (!byTsih.containsKey(tsih)) {
                return tsih;
            }
        }
        throw new LoginFailure(LoginFailure.OUT_OF_RESOURCES, "every number of a session is in use");
    }

    private void over(Session session) {
        byTsih.remove(session.tsih(), session);
        Key.of(session.leading()).ifPresent(key -> live.remove(key, session));
    }

    Optional<Session> session(int tsih) {
        return Optional.ofNullable(byTsih.get(tsih));
    }

    Collection<Session> all() {
        return byTsih.values();
    }
}
