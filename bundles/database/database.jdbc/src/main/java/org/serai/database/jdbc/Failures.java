package org.serai.database.jdbc;

import java.sql.SQLException;
import org.serai.database.DatabaseError;
import org.serai.ffdc.SeraiException;

/** Says in the platform's words what a driver's exception means. */
final class Failures {
    private final Dialect dialect;

    Failures(Dialect dialect) {
        this.dialect = dialect;
    }

    Dialect.Failure of(SQLException thrown) {
        return dialect.failure(thrown);
    }

    /**
     * The error.
     *
     * @param what what could not be done, without a full stop
     */
    SeraiException error(String what, SQLException thrown) {
        String cause = sentence(thrown);
        return switch (of(thrown)) {
            case BUSY ->
                DatabaseError.UNREACHABLE.error(
                        what,
                        "another node's transaction was in the way for too long: " + cause,
                        "try again; if it goes on, look for a node that hangs",
                        thrown);
            case UNREACHABLE ->
                DatabaseError.UNREACHABLE.error(
                        what,
                        "the database " + dialect.place() + " cannot be used: " + cause,
                        "see that the database runs and can be reached, then try again",
                        thrown);
            case BAD_SETTINGS ->
                DatabaseError.BAD_SETTINGS.error(
                        what, cause, "give the right URL, user and password of the database", thrown);
            case CONFLICT ->
                DatabaseError.CONFLICT.error(what, cause, "choose another name or value, or remove the other", thrown);
            case REFERENCE ->
                DatabaseError.REFERENCE.error(
                        what, cause, "make what is referred to first, or remove what refers to it first", thrown);
            case OTHER ->
                DatabaseError.ENGINE.error(
                        what, cause, "report this with the log; the transaction was rolled back", thrown);
        };
    }

    /** The driver's words in one line; the deepest cause says most. */
    static String sentence(SQLException thrown) {
        Throwable deepest = thrown;
        while (deepest.getCause() != null) {
            deepest = deepest.getCause();
        }
        String message = deepest.getMessage() == null ? deepest.toString() : deepest.getMessage();
        String line = message.strip().replaceAll("\\s*\\R\\s*", "; ");
        return line.endsWith(".") ? line.substring(0, line.length() - 1) : line;
    }
}
