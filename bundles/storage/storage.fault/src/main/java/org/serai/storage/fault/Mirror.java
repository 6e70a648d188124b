package org.serai.storage.fault;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.LinkedHashSet;
import java.util.Set;
import org.serai.storage.spi.PoolStore;

/** Makes an object that has the capabilities of another one, those included that nobody has thought of here. */
abstract class Mirror<T> implements InvocationHandler {
    final T wrapped;

    Mirror(T wrapped) {
        this.wrapped = wrapped;
    }

    /** The mirror as what it mirrors. */
    final T as(Class<T> type) {
        Set<Class<?>> interfaces = new LinkedHashSet<>(Set.of(type));
        for (Class<?> each = wrapped.getClass(); each != null; each = each.getSuperclass()) {
            collect(each.getInterfaces(), interfaces);
        }
        return type.cast(Proxy.newProxyInstance(Mirror.class.getClassLoader(), interfaces.toArray(Class[]::new), this));
    }

    private static void collect(Class<?>[] found, Set<Class<?>> interfaces) {
        for (Class<?> each : found) {
            if (each.getPackageName().equals(PoolStore.class.getPackageName())) {
                interfaces.add(each);
            }
            collect(each.getInterfaces(), interfaces);
        }
    }

    @Override
    public final Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
        if (method.getDeclaringClass() == Object.class) {
            return switch (method.getName()) {
                case "equals" -> proxy == arguments[0];
                case "hashCode" -> System.identityHashCode(proxy);
                default -> "fault(" + wrapped + ")";
            };
        }
        return call(method, arguments == null ? new Object[0] : arguments);
    }

    /** A call of a method of the SPI. */
    abstract Object call(Method method, Object[] arguments) throws Throwable;

    final Object pass(Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(wrapped, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
