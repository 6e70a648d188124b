package org.serai.storage.core;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.serai.database.Database;
import org.serai.database.View;

/** Views that stand still, as those of a node that has not heard yet, until they are told to catch up or something is written. */
final class LateViews {
    private final Map<Class<?>, View<?>> real = new ConcurrentHashMap<>();
    private final Map<Class<?>, List<?>> still = new ConcurrentHashMap<>();
    private volatile int catchUps;

    /** From now on the views show what they show now, and go on with the catch-up of that number. */
    void standStill(int untilCatchUp) {
        real.forEach((type, view) -> still.put(type, List.copyOf(view.all())));
        catchUps = untilCatchUp;
    }

    private void goOn() {
        catchUps = 0;
        still.clear();
    }

    Database of(Database database) {
        return (Database) Proxy.newProxyInstance(
                Database.class.getClassLoader(), new Class<?>[] {Database.class}, (_, method, arguments) -> {
                    try {
                        if (method.getName().equals("catchUp") && --catchUps > 0) {
                            return null;
                        }
                        Object result = method.invoke(database, arguments);
                        switch (method.getName()) {
                            case "catchUp", "write" -> goOn();
                            case "view" -> {
                                real.put((Class<?>) arguments[0], (View<?>) result);
                                return new Late<>((Class<?>) arguments[0], (View<?>) result);
                            }
                            default -> {
                                // as it is
                            }
                        }
                        return result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private final class Late<T extends Record> implements View<T> {
        private final Class<?> type;
        private final View<T> now;

        @SuppressWarnings("unchecked")
        Late(Class<?> type, View<?> now) {
            this.type = type;
            this.now = (View<T>) now;
        }

        @Override
        public Optional<T> get(Object key) {
            return still.containsKey(type) ? first(row -> key(row).equals(key)) : now.get(key);
        }

        private Object key(T row) {
            try {
                return row.getClass().getRecordComponents()[0].getAccessor().invoke(row);
            } catch (ReflectiveOperationException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        @SuppressWarnings("unchecked")
        public List<T> all() {
            List<?> rows = still.get(type);
            return rows == null ? now.all() : (List<T>) rows;
        }
    }
}
