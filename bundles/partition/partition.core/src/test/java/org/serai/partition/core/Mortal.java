package org.serai.partition.core;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.serai.storage.Storage;

/**
 * The life of a process: every call that leaves it goes through here, and from the instant of its death on no call
 * does. A death is planned before the call of some number, counting those that change anything outside the process:
 * between two of them an outsider cannot tell one instant from another.
 */
final class Mortal {
    private final Runnable onDeath;
    private final List<String> calls = Collections.synchronizedList(new ArrayList<>());
    private volatile boolean dead;
    private int leftUntilDeath = Integer.MAX_VALUE;

    private static final Set<String> LOOKING = Set.of(
            "read",
            "view",
            "revision",
            "status",
            "onChange",
            "owner",
            "owners",
            "of",
            "open",
            "lu",
            "lus",
            "pool",
            "pools",
            "state",
            "consoleLog",
            "onEnd",
            "pids",
            "sizeBytes",
            "epoch",
            "usedBytes",
            "target",
            "portal",
            "urls",
            "require",
            "catchUp");

    Mortal(Runnable onDeath) {
        this.onDeath = onDeath;
    }

    /** What a dead process's threads see; nothing in production catches it as an answer. */
    static final class Died extends Error {
        private static final long serialVersionUID = 1;

        Died() {
            super("the process is dead", null, false, false);
        }
    }

    /** Plans the death at the call of that number from now, counted from 1. */
    synchronized void dieAt(int call) {
        calls.clear();
        leftUntilDeath = call;
    }

    boolean isDead() {
        return dead;
    }

    List<String> calls() {
        return List.copyOf(calls);
    }

    void die() {
        synchronized (this) {
            if (dead) {
                return;
            }
            dead = true;
        }
        onDeath.run();
    }

    /** A service as the process sees it. What it returns of the given types is seen so too. */
    <T> T see(Class<T> type, T service, Class<?>... results) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    if (method.getDeclaringClass() == Object.class) {
                        return method.invoke(service, arguments);
                    }
                    if (changes(type, method.getName()) && count(type.getSimpleName() + "." + method.getName())) {
                        die();
                    }
                    if (dead) {
                        throw new Died();
                    }
                    Object result;
                    try {
                        result = method.invoke(service, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                    for (Class<?> seen : results) {
                        if (seen.isInstance(result)) {
                            return seeAs(seen, result);
                        }
                    }
                    return result;
                }));
    }

    private <S> Object seeAs(Class<S> type, Object value) {
        return see(type, type.cast(value));
    }

    private static boolean changes(Class<?> type, String method) {
        boolean takesALock = type == Storage.class && method.equals("open");
        return takesALock || !LOOKING.contains(method);
    }

    private synchronized boolean count(String call) {
        calls.add(call);
        return --leftUntilDeath == 0;
    }
}
