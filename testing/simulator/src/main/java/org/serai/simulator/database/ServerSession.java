package org.serai.simulator.database;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashSet;
import java.util.Set;
import org.serai.simulator.kernel.Life;
import org.serai.simulator.machine.Host;

/** One connection of one process. Each statement goes to the server and its answer comes back, or does not. */
final class ServerSession {
    private final DatabaseServer server;
    private final Life life;
    private final Host host;
    private final Connection connection;
    private final Set<Statement> open = new LinkedHashSet<>();
    private boolean ended;
    private boolean abandoned;
    private boolean inTransaction;
    private long number;

    ServerSession(DatabaseServer server, Life life, Host host, Connection connection) {
        this.server = server;
        this.life = life;
        this.host = host;
        this.connection = connection;
    }

    Host host() {
        return host;
    }

    /** The server gives it up: what was not committed is not made. */
    void terminate() {
        if (!ended) {
            ended = true;
            closeStatements();
            if (inTransaction) {
                DatabaseServer.rollBack(connection);
            }
            server.ended(this, connection);
        }
    }

    /** A statement that was being read when its process died would hold on to what it saw. */
    private void closeStatements() {
        for (var statement : open) {
            try {
                statement.close();
            } catch (SQLException failed) {
                throw new IllegalStateException(failed);
            }
        }
        open.clear();
    }

    /** Its client goes on without it, and cannot say so. */
    void abandon() {
        abandoned = true;
        life.loop().after(server.untilAbandonedIsSeenNs(), this::terminate);
    }

    boolean isUsable() {
        return !ended && !abandoned;
    }

    /** The connection as the process has it; closing it runs what is given. */
    Connection proxy(Runnable closing) {
        return proxy(Connection.class, (_, method, arguments) -> switch (method.getName()) {
            case "close" -> {
                closing.run();
                yield null;
            }
            case "createStatement" -> statement(Statement.class, connection.createStatement(), "");
            case "prepareStatement" ->
                statement(PreparedStatement.class, connection.prepareStatement((String) arguments[0]), (String)
                        arguments[0]);
            default -> call(connection, method, arguments);
        });
    }

    private <S extends Statement> S statement(Class<S> type, S real, String prepared) {
        open.add(real);
        return proxy(type, (_, method, arguments) -> {
            if (method.getName().equals("close")) {
                open.remove(real);
            }
            if (!method.getName().startsWith("execute")) {
                return call(real, method, arguments);
            }
            return execute(prepared.isEmpty() ? (String) arguments[0] : prepared, () -> call(real, method, arguments));
        });
    }

    private interface Call {
        Object run() throws Throwable;
    }

    private Object execute(String sql, Call call) throws Throwable {
        life.sleepNs(server.latencyNs());
        check();
        server.executed(life, sql);
        var fate = sql.equals("COMMIT") ? server.fateOfCommit() : DatabaseServer.Fate.TOLD;
        if (fate == DatabaseServer.Fate.NOT_MADE) {
            terminate();
            check();
        }
        if (sql.equals("COMMIT") && server.losesAcknowledged()) {
            DatabaseServer.rollBack(connection);
            follow(sql);
            return false;
        }
        var result = call.run();
        follow(sql);
        if (sql.equals("COMMIT")) {
            server.committedNow();
        }
        if (fate == DatabaseServer.Fate.MADE_UNTOLD) {
            terminate();
        }
        life.sleepNs(server.latencyNs());
        check();
        return result;
    }

    /** A transaction that nobody goes on with is given up by the server after a while. */
    private void follow(String sql) {
        number++;
        if (sql.startsWith("BEGIN")) {
            inTransaction = true;
            var begun = number;
            life.loop().after(server.idleInTransactionNs(), () -> endIfStillAt(begun));
        } else if (sql.equals("COMMIT") || sql.equals("ROLLBACK")) {
            inTransaction = false;
        }
    }

    private void endIfStillAt(long at) {
        if (inTransaction && number == at) {
            terminate();
        } else if (inTransaction) {
            var now = number;
            life.loop().after(server.idleInTransactionNs(), () -> endIfStillAt(now));
        }
    }

    private void check() throws SQLException {
        if (!ended) {
            server.check(host);
        } else {
            throw new SQLException("the connection to the server is lost", "08006");
        }
    }

    private static Object call(Object target, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException failed) {
            throw failed.getCause();
        }
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(ServerSession.class.getClassLoader(), new Class<?>[] {type}, handler));
    }
}
