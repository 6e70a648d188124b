package org.serai.cluster.core.event;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.serai.cluster.ClusterError;
import org.serai.cluster.Event;
import org.serai.cluster.EventFilter;
import org.serai.cluster.Events;
import org.serai.cluster.Fence;
import org.serai.cluster.core.identity.Names;
import org.serai.cluster.core.member.NodeRow;
import org.serai.cluster.core.time.Rounds;
import org.serai.database.Change;
import org.serai.database.Database;
import org.serai.database.DatabaseError;
import org.serai.database.View;
import org.serai.ffdc.SeraiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The events of the cluster, read from and written into the VIOS DB. */
public final class ClusterEvents implements Events {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterEvents.class);
    private static final int UNWRITTEN_AT_MOST = 1000;
    private static final long TICK_MS = 1000;

    private final Database database;
    private final EventLog log;
    private final EventReading reading;
    private final Rounds rounds;
    private final Supplier<UUID> random;
    private final View<NodeRow> nodes;
    /** Of nodes that are gone, as far as somebody asked: they are looked for among all events. */
    private final Map<UUID, String> formerNames = new ConcurrentHashMap<>();

    private final ReentrantLock writing = new ReentrantLock();
    private final Deque<EventDraft> unwritten = new ArrayDeque<>();
    private final List<Telling> tellings = new CopyOnWriteArrayList<>();
    private final Database.Registration watching;
    private final Rounds.Round ticking;

    /** Reads and writes here, and tells listeners by these rounds. */
    public ClusterEvents(Database database, EventLog log, Rounds rounds, Supplier<UUID> random) {
        this.database = database;
        this.log = log;
        this.reading = new EventReading(database);
        this.rounds = rounds;
        this.random = random;
        this.nodes = database.view(NodeRow.class);
        this.watching = database.onChange((revision, changes) -> heard(changes));
        this.ticking = rounds.every("events", TICK_MS, this::tick);
    }

    /** Tells nobody any more. */
    public void close() {
        ticking.close();
        watching.close();
        tellings.forEach(Telling::close);
        tellings.clear();
    }

    private void heard(List<Change> changes) {
        if (changes.isEmpty()
                || changes.stream().anyMatch(change -> change.table().equals("event"))) {
            tellings.forEach(Telling::look);
        }
    }

    private void tick() {
        flush();
        tellings.forEach(Telling::look);
    }

    @Override
    public long last() {
        return reading.last();
    }

    @Override
    public Batch after(long number, EventFilter filter, int limit) {
        return reading.after(number, filter, limit);
    }

    @Override
    public List<Event> newest(EventFilter filter, int limit) {
        return reading.newest(filter, limit);
    }

    @Override
    public Optional<String> nodeName(UUID node) {
        return nodes.get(node)
                .map(NodeRow::name)
                .or(() -> Optional.ofNullable(formerNames.get(node)))
                .or(() -> {
                    var former = reading.formerName(node);
                    former.ifPresent(name -> formerNames.put(node, name));
                    return former;
                });
    }

    @Override
    public void report(Event.Subject subject, Event.Action action, String object, String name, String text) {
        writing.lock();
        try {
            if (unwritten.size() == UNWRITTEN_AT_MOST) {
                LOG.warn(
                        "an event is dropped because the database is away: {}",
                        unwritten.removeFirst().text());
            }
            unwritten.add(EventDraft.alert(subject, action, object, name, text));
        } finally {
            writing.unlock();
        }
        flush();
    }

    /** All in one transaction; one that is not known to have been made is made again. */
    private void flush() {
        writing.lock();
        try {
            if (unwritten.isEmpty()) {
                return;
            }
            var drafts = List.copyOf(unwritten);
            try {
                database.write(transaction -> {
                    drafts.forEach(draft -> log.write(transaction, draft));
                    return drafts;
                });
                unwritten.clear();
            } catch (SeraiException failed) {
                if (failed.code() != DatabaseError.UNREACHABLE) {
                    throw failed;
                }
                LOG.debug("{} events wait for the database", drafts.size(), failed);
            }
        } finally {
            writing.unlock();
        }
    }

    @Override
    public Registered register(String name, EventFilter filter) {
        Names.check("The name of a registration", name);
        var text = FilterText.of(filter);
        filter.object().filter(object -> object.matches(".*[;=].*")).ifPresent(object -> {
            throw conflict("'" + object + "' cannot be filtered by", "it has ; or = in it", "use the id");
        });
        try {
            return database.write(transaction -> transaction.insert(
                            new RegistrationRow(random.get(), name, text, EventReading.last(transaction))))
                    .toRegistered();
        } catch (SeraiException failed) {
            throw failed.code() == DatabaseError.CONFLICT
                    ? conflict(
                            "There is a registration " + name + " already", "names are unique", "choose another name")
                    : failed;
        }
    }

    private static SeraiException conflict(String what, String cause, String action) {
        return ClusterError.REGISTRATION_CONFLICT.error(what, cause, action);
    }

    @Override
    public void unregister(String name) {
        var id = row(name).id();
        database.write(transaction -> {
            transaction.delete(RegistrationRow.class, id);
            return id;
        });
    }

    @Override
    public List<Registered> registrations() {
        return database.read(transaction -> transaction.list(RegistrationRow.class)).stream()
                .map(RegistrationRow::toRegistered)
                .sorted(Comparator.comparing(Registered::name))
                .toList();
    }

    @Override
    public Registered registration(String name) {
        return row(name).toRegistered();
    }

    private RegistrationRow row(String name) {
        return database.read(transaction -> transaction.list(RegistrationRow.class, "name", name)).stream()
                .findFirst()
                .orElseThrow(() -> ClusterError.NO_SUCH_REGISTRATION.error(
                        "There is no registration " + name,
                        "no caller of events is registered under that name",
                        "look at event:registrations"));
    }

    @Override
    public Batch pending(String registration, int limit) {
        var registered = registration(registration);
        return after(registered.acknowledged(), registered.filter(), limit);
    }

    @Override
    public void acknowledge(String registration, long upTo) {
        var id = row(registration).id();
        database.write(transaction -> {
            var now = transaction.get(RegistrationRow.class, id);
            now.filter(row -> row.acknowledged() < upTo).ifPresent(row -> transaction.update(row.acknowledged(upTo)));
            return now;
        });
    }

    @Override
    public Fence.Registration listen(long after, EventFilter filter, Listener listener) {
        return tell(new Telling(this, filter, after, listener, upTo -> {}, rounds.serial("event listener")));
    }

    @Override
    public Fence.Registration deliver(String registration, Listener listener) {
        var registered = registration(registration);
        return tell(new Telling(
                this,
                registered.filter(),
                registered.acknowledged(),
                listener,
                upTo -> acknowledge(registration, upTo),
                rounds.serial("events of " + registration)));
    }

    private Fence.Registration tell(Telling telling) {
        tellings.add(telling);
        telling.look();
        return () -> {
            telling.close();
            tellings.remove(telling);
        };
    }

    /** For tests: how many events wait for the database. */
    int unwritten() {
        writing.lock();
        try {
            return unwritten.size();
        } finally {
            writing.unlock();
        }
    }
}
