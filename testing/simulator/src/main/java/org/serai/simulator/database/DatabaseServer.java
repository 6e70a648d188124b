package org.serai.simulator.database;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.SplittableRandom;
import org.serai.database.jdbc.SqliteDataSourceFactory;
import org.serai.simulator.kernel.Life;
import org.serai.simulator.kernel.Loop;
import org.serai.simulator.machine.Host;

/**
 * One database for all nodes. Statements, transactions, constraints and locks are SQLite's; that they take time, that the
 * server or the way to it is lost between any two of them, and that nobody hears how a commit ended, is added.
 */
public final class DatabaseServer {
    private static final long IDLE_IN_TRANSACTION_NS = 15_000_000_000L;

    private final Loop loop;
    private final SplittableRandom random;
    private final Path folder;
    private final Deque<Connection> idle = new ArrayDeque<>();
    private final List<ServerSession> sessions = new ArrayList<>();
    private final Set<Host> cutOff = new HashSet<>();
    private final Map<String, Long> statements = new HashMap<>();
    private Runnable committed = () -> {};
    private boolean down;
    private int forgetsOutcomes;
    private long slowMs;
    private long marks;
    private final long usualNs;

    /**
     * A server with an empty database.
     *
     * @param usualNs how long each way of a statement takes at most; 0 for no time at all
     */
    public DatabaseServer(Loop loop, SplittableRandom random, Path folder, long usualNs) {
        this.loop = loop;
        this.random = random;
        this.folder = folder;
        this.usualNs = usualNs;
    }

    /** What is run after each commit, in no process. */
    public void committed(Runnable listener) {
        committed = listener;
    }

    /** The URL. */
    public String url() {
        return "embedded:" + folder;
    }

    /** Drawn anew by each call. */
    String mark() {
        return Long.toString(marks++);
    }

    /** A connection beside all of this, for whoever judges. */
    public Connection judge() throws SQLException {
        return raw();
    }

    private Connection raw() throws SQLException {
        var properties = new Properties();
        properties.setProperty("url", "jdbc:sqlite:" + folder.resolve("vios.db"));
        properties.setProperty("journal_mode", "WAL");
        properties.setProperty("synchronous", "FULL");
        properties.setProperty("foreign_keys", "ON");
        properties.setProperty("busy_timeout", "0");
        // Thousands of connections are open at once; half a megabyte is enough for each.
        properties.setProperty("cache_size", "-512");
        return new SqliteDataSourceFactory().createDataSource(properties).getConnection();
    }

    /** Begins with a copy of a database. */
    public void begin(Path template) throws IOException {
        Files.createDirectories(folder);
        if (Files.exists(template)) {
            Files.copy(template, folder.resolve("vios.db"));
        }
    }

    ServerSession connect(Life life, Host host) throws SQLException {
        check(host);
        var connection = idle.isEmpty() ? raw() : idle.pop();
        var session = new ServerSession(this, life, host, connection);
        sessions.add(session);
        life.atEnd(() -> {
            // The kernel of a live host tells the server at once; of a dead one the server hears nothing for a while.
            loop.after(untilAbandonedIsSeenNs(), session::terminate);
        });
        return session;
    }

    void check(Host host) throws SQLException {
        if (down || cutOff.contains(host)) {
            throw new SQLException("the server cannot be reached", "08006");
        }
    }

    void ended(ServerSession session, Connection connection) {
        sessions.remove(session);
        idle.push(connection);
    }

    long latencyNs() {
        var mostNs = slowMs > 0 ? slowMs * 1_000_000 : usualNs;
        return mostNs == 0 ? 0 : random.nextLong(mostNs);
    }

    /** How a commit ends. */
    enum Fate {
        /** As it should. */
        TOLD,
        /** It is made, and the answer is lost. */
        MADE_UNTOLD,
        /** It is not made, and nobody says so. */
        NOT_MADE
    }

    Fate fateOfCommit() {
        if (forgetsOutcomes == 0 || random.nextInt(100) >= forgetsOutcomes) {
            return Fate.TOLD;
        }
        return random.nextBoolean() ? Fate.MADE_UNTOLD : Fate.NOT_MADE;
    }

    /** Whether this commit is acknowledged and not made. */
    boolean losesAcknowledged() {
        var ofThousand = lostOfThousand();
        return ofThousand > 0 && random.nextInt(1000) < ofThousand;
    }

    /** An honest server loses nothing that it acknowledges; a planted fault does. */
    private int lostOfThousand() {
        return 0;
    }

    long untilAbandonedIsSeenNs() {
        return random.nextInt(4) == 0 ? IDLE_IN_TRANSACTION_NS : 1_000_000;
    }

    void executed(Life life, String sql) {
        statements.merge(life.name(), 1L, Long::sum);
        loop.trace().mix(sql.hashCode());
    }

    void committedNow() {
        committed.run();
    }

    long idleInTransactionNs() {
        return IDLE_IN_TRANSACTION_NS;
    }

    /** Statements of all nodes. */
    public long statements() {
        return statements.values().stream().mapToLong(Long::longValue).sum();
    }

    /** The server ends, with all transactions, or is back. */
    public void down(boolean now) {
        down = now;
        if (now) {
            List.copyOf(sessions).forEach(ServerSession::terminate);
        }
    }

    /** A host does not reach it, or does again. */
    public void cutOff(Host host, boolean now) {
        if (!now) {
            cutOff.remove(host);
        } else if (cutOff.add(host)) {
            sessions.stream()
                    .filter(session -> session.host() == host)
                    .toList()
                    .forEach(session -> loop.after(random.nextLong(IDLE_IN_TRANSACTION_NS), session::terminate));
        }
    }

    /** Of a hundred commits so many end without an answer. */
    public void forgetsOutcomes(int ofHundred) {
        forgetsOutcomes = ofHundred;
    }

    /** How long each way of a statement takes at most; 0 for the usual time. */
    public void slowMs(long now) {
        slowMs = now;
    }

    /** All is well again. */
    public void heal() {
        down = false;
        cutOff.clear();
        forgetsOutcomes = 0;
        slowMs = 0;
    }

    /** Ends everything. */
    public void close() throws SQLException {
        List.copyOf(sessions).forEach(ServerSession::terminate);
        for (var connection : idle) {
            connection.close();
        }
    }

    static void rollBack(Connection connection) {
        try (Statement statement = connection.createStatement()) {
            statement.execute("ROLLBACK");
        } catch (SQLException none) {
            // SQLite rolls back by itself in some cases, and says so.
            if (!String.valueOf(none.getMessage()).contains("no transaction")) {
                throw new IllegalStateException(none);
            }
        }
    }
}
