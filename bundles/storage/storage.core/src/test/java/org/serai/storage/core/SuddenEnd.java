package org.serai.storage.core;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import org.serai.database.Database;

/** Ends a node before or after a transaction of one thread: from then on it changes nothing any more. */
final class SuddenEnd {
    private volatile Thread of;
    private volatile boolean over;
    private int left;

    /** The node ends here, and nobody catches it. */
    static final class Ended extends Error {
        private static final long serialVersionUID = 1;
    }

    /** The calling thread does so many steps more; each transaction begins and ends with one. */
    void after(int steps) {
        left = steps;
        of = Thread.currentThread();
    }

    /** Does something; whether the node ended meanwhile. */
    boolean endsIn(Runnable work) {
        try {
            work.run();
            return over;
        } catch (Ended e) {
            return true;
        }
    }

    Database of(Database real) {
        return (Database) Proxy.newProxyInstance(
                Database.class.getClassLoader(), new Class<?>[] {Database.class}, (_, method, arguments) -> {
                    boolean writes = method.getName().equals("write");
                    if (writes) {
                        step();
                    }
                    try {
                        return method.invoke(real, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    } finally {
                        if (writes) {
                            step();
                        }
                    }
                });
    }

    private void step() {
        if (Thread.currentThread() == of && left-- == 0) {
            over = true;
        }
        if (over) {
            throw new Ended();
        }
    }
}
