package org.serai.storage.fault;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import org.serai.cluster.spi.LeaseArea;
import org.serai.ffdc.SeraiException;
import org.serai.storage.spi.LuLayout;
import org.serai.storage.spi.LuStore;
import org.serai.storage.spi.PoolStore;

/** An open pool with faults. */
final class FaultyPool extends Mirror<PoolStore> {
    private final Faults faults;
    private final UUID pool;

    FaultyPool(PoolStore wrapped, Faults faults, UUID pool) {
        super(wrapped);
        this.faults = faults;
        this.pool = pool;
    }

    @Override
    Object call(Method method, Object[] arguments) throws Throwable {
        if (method.getName().equals("leaseArea")) {
            return wrapped.leaseArea().map(FaultyLeases::new);
        }
        Optional<Operation> operation = Operation.ofPool(method);
        UUID object = object(arguments);
        Optional<Effect> effect = operation.flatMap(each -> faults.meet(each, pool, object));
        if (effect.filter(Effect.SHORT::equals).isPresent()) {
            throw Faults.failed(operation.orElseThrow(), object);
        }
        Object result = pass(method, arguments);
        if (effect.filter(Effect.LATE::equals).isPresent()) {
            if (result instanceof LuStore opened) {
                opened.abandon();
            }
            throw Faults.failed(operation.orElseThrow(), object);
        }
        return result instanceof LuStore opened ? new FaultyLu(opened, faults, pool, object).as(LuStore.class) : result;
    }

    /** The LU that a call is about; the pool if none. */
    private UUID object(Object[] arguments) {
        return Arrays.stream(arguments)
                .filter(each -> each instanceof UUID || each instanceof LuLayout)
                .map(each -> each instanceof LuLayout layout ? layout.lu() : (UUID) each)
                .findFirst()
                .orElse(pool);
    }

    /** The lease area; its users are told of faults as of those of a file. */
    private final class FaultyLeases implements LeaseArea {
        private final LeaseArea leases;

        private FaultyLeases(LeaseArea leases) {
            this.leases = leases;
        }

        @Override
        public UUID pool() {
            return leases.pool();
        }

        @Override
        public int slots() {
            return leases.slots();
        }

        @Override
        public void read(int slot, ByteBuffer into) throws IOException {
            boolean late = meet();
            leases.read(slot, into);
            fail(late);
        }

        @Override
        public void write(int slot, ByteBuffer from) throws IOException {
            boolean late = meet();
            leases.write(slot, from);
            fail(late);
        }

        private boolean meet() throws IOException {
            try {
                Optional<Effect> effect = faults.meet(Operation.LEASE, pool, pool);
                // A slot is written as a whole or not at all.
                fail(effect.filter(Effect.SHORT::equals).isPresent());
                return effect.filter(Effect.LATE::equals).isPresent();
            } catch (SeraiException e) {
                throw new IOException(e.getMessage(), e);
            }
        }

        private void fail(boolean fail) throws IOException {
            if (fail) {
                throw new IOException("a rule of storage.fault says so");
            }
        }
    }
}
