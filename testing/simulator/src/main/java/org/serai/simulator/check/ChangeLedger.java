package org.serai.simulator.check;

import java.sql.SQLException;
import java.util.HashSet;
import java.util.Set;
import org.serai.simulator.kernel.Trace;

/** Changes that nodes were told are made: rows with names that occur once. */
public final class ChangeLedger {
    private final Trace trace;
    private final Set<String> made = new HashSet<>();
    private final Set<String> gone = new HashSet<>();
    private final Set<String> begun = new HashSet<>();

    /** Nothing yet. */
    public ChangeLedger(Trace trace) {
        this.trace = trace;
    }

    /** A change is begun. */
    public void begun(String name) {
        begun.add(name);
    }

    /** It was acknowledged. */
    public void made(String name) {
        made.add(name);
    }

    /** It is being undone, so that it may be gone from now on. */
    public void undoing(String name) {
        made.remove(name);
    }

    /** That was acknowledged. */
    public void undone(String name) {
        gone.add(name);
    }

    /** How many are known to be made. */
    public int size() {
        return made.size();
    }

    /** Nothing that was acknowledged is lost, and nothing is there that nobody began. */
    public void check(Truth truth) throws SQLException {
        var found = new HashSet<>(truth.texts("SELECT name FROM client"));
        for (var name : made) {
            if (!found.contains(name)) {
                throw trace.broken("no acknowledged change is lost: " + name);
            }
        }
        for (var name : found) {
            if (gone.contains(name)) {
                throw trace.broken("no acknowledged deletion is lost: " + name);
            }
            if (!begun.contains(name)) {
                throw trace.broken("nothing is made that nobody began: " + name);
            }
        }
    }
}
