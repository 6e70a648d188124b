package org.serai.simulator.kernel;

import java.lang.reflect.Constructor;
import java.util.concurrent.Executor;

/**
 * Virtual threads whose scheduler is given: production code that blocks gives the one real thread back, and goes on when
 * the loop says so. The JDK has this for its own tests only, hence {@code --add-opens java.base/java.lang=ALL-UNNAMED}.
 */
final class Carrier {
    private static final Constructor<?> BUILDER = builder();

    private Carrier() {}

    static Thread.Builder.OfVirtual threads(Executor scheduler) {
        try {
            return (Thread.Builder.OfVirtual) BUILDER.newInstance(scheduler);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this JDK makes no virtual threads with a scheduler", e);
        }
    }

    private static Constructor<?> builder() {
        try {
            var found = Class.forName("java.lang.ThreadBuilders$VirtualThreadBuilder")
                    .getDeclaredConstructor(Executor.class);
            found.setAccessible(true);
            return found;
        } catch (ReflectiveOperationException | RuntimeException e) {
            throw new IllegalStateException(
                    "start Java with --add-opens=java.base/java.lang=ALL-UNNAMED -Djdk.trackAllThreads=false", e);
        }
    }
}
