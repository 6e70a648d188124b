package org.serai.scsi.iscsi.session;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.serai.scsi.iscsi.login.LoginResult;
import org.serai.scsi.iscsi.login.Parameters;
import org.serai.scsi.spi.Nexus;
import org.serai.scsi.spi.NexusOwner;

/** What the connections of a session share (RFC 7143, 4.4): nexus, order of commands, what was settled, what was counted. */
public final class Session implements NexusOwner {
    private final LoginResult leading;
    private final int tsih;
    private final Instant since;
    private final CommandWindow window;
    private final Statistics statistics = new Statistics();
    private final Map<Integer, Link> links = new ConcurrentSkipListMap<>();
    private final Optional<Nexus> nexus;
    private final Consumer<Session> whenOver;
    private int arriving = 1;
    private boolean closing;
    private boolean over;

    /**
     * A session whose first connection is about to be added.
     *
     * @param nexus opens the nexus; none for a discovery session
     * @param whenOver is told once when the session has no connection any more
     */
    public Session(
            LoginResult leading,
            int tsih,
            Instant since,
            Optional<Function<NexusOwner, Nexus>> nexus,
            Consumer<Session> whenOver) {
        this.whenOver = whenOver;
        this.leading = leading;
        this.tsih = tsih;
        this.since = since;
        this.window = new CommandWindow(leading.cmdSn());
        this.nexus = nexus.map(open -> open.apply(this));
    }

    /** The session's number. */
    public int tsih() {
        return tsih;
    }

    /** When it began. */
    public Instant since() {
        return since;
    }

    /** The login of its first connection. */
    public LoginResult leading() {
        return leading;
    }

    /** What was settled for all connections. */
    public Parameters parameters() {
        return leading.parameters();
    }

    /** Where its commands are executed; empty for discovery. */
    public Optional<Nexus> nexus() {
        return nexus;
    }

    /** The order of its commands. */
    public CommandWindow window() {
        return window;
    }

    /** What was counted. */
    public Statistics statistics() {
        return statistics;
    }

    /** Its connections, by id. */
    public List<Link> links() {
        return List.copyOf(links.values());
    }

    /** The connection with that id. */
    public Optional<Link> link(int cid) {
        return Optional.ofNullable(links.get(cid));
    }

    /** Whether it has more than one connection. */
    boolean hasOthers() {
        return links.size() > 1;
    }

    /** Keeps the session for a connection that is about to be added; false if it is over. */
    public synchronized boolean reserve() {
        if (closing) {
            return false;
        }
        arriving++;
        return true;
    }

    /**
     * Adds the connection that {@link #reserve} was for; false if the session is over now, has as many as were settled, or
     * has one with that id.
     */
    public boolean add(Link link) {
        boolean added;
        boolean last;
        synchronized (this) {
            arriving--;
            added = !closing
                    && links.size() < parameters().maxConnections()
                    && links.putIfAbsent(link.cid(), link) == null;
            last = isLast();
        }
        if (last) {
            over();
        }
        return added;
    }

    private boolean isLast() {
        boolean last = links.isEmpty() && arriving == 0 && !over;
        closing |= last;
        over |= last;
        return last;
    }

    private void over() {
        nexus.ifPresent(Nexus::close);
        whenOver.accept(this);
    }

    /**
     * Takes a connection away that has ended, and with the last one the nexus: nobody executes anything in it then.
     *
     * @param orderly whether it was logged out or replaced; else all others end too, for without recovery what it took
     *     with it is lost to the session (RFC 7143, 7.1)
     */
    public void remove(Link link, boolean orderly) {
        boolean last;
        synchronized (this) {
            closing |= !orderly;
            last = links.remove(link.cid(), link) && isLast();
        }
        if (!orderly) {
            close();
        }
        window.wake();
        if (last) {
            over();
        }
    }

    /** Ends all connections. */
    public void close() {
        links.values().forEach(Link::close);
    }

    /** Tells the initiator of an event, over its first connection. */
    public void tell(AsyncEvent event) {
        links().stream().findFirst().ifPresent(link -> link.tell(event));
    }

    /** The target went away: the initiator is told, if it listens, and the session ended. */
    @Override
    public void dropped() {
        tell(AsyncEvent.sessionDropped());
        close();
    }

    @Override
    public void abort(long lun) {
        links.values().forEach(link -> link.phase().ifPresent(of -> of.abort(lun)));
    }
}
