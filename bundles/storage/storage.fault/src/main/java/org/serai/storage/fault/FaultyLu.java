package org.serai.storage.fault;

import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.UUID;
import org.serai.storage.OpenLu;
import org.serai.storage.StorageError;
import org.serai.storage.spi.LuStore;

/** An open LU with faults. */
final class FaultyLu extends Mirror<LuStore> {
    private final Faults faults;
    private final UUID pool;
    private final UUID lu;
    /** A flush failed or was left out: what was written may be lost, and no flush may make it durable any more. */
    private volatile boolean lost;

    private volatile boolean closed;

    FaultyLu(LuStore wrapped, Faults faults, UUID pool, UUID lu) {
        super(wrapped);
        this.faults = faults;
        this.pool = pool;
        this.lu = lu;
    }

    @Override
    Object call(Method method, Object[] arguments) throws Throwable {
        Optional<Operation> operation = Operation.ofLu(method);
        if (lost && method.getName().equals("isFailed")) {
            return true;
        }
        if (method.getName().equals("close")) {
            close();
            return null;
        }
        if (operation.isEmpty()) {
            closed |= method.getName().equals("abandon");
            return pass(method, arguments);
        }
        if (lost && !closed) {
            throw StorageError.IO_FAILED.error(
                    "LU " + lu + " cannot be used any more",
                    "a flush of it failed, so that what was written may be lost",
                    "open it again");
        }
        Optional<Effect> effect = met(operation.get());
        if (effect.isEmpty()) {
            return pass(method, arguments);
        }
        return switch (effect.get()) {
            case SKIP -> operation.get() == Operation.FLUSH ? null : pass(method, arguments);
            case SHORT -> half(operation.get(), method, arguments);
            default -> {
                pass(method, arguments);
                throw failed(operation.get());
            }
        };
    }

    private Optional<Effect> met(Operation operation) {
        boolean done = false;
        try {
            Optional<Effect> effect = closed ? Optional.empty() : faults.meet(operation, pool, lu);
            done = true;
            return effect;
        } finally {
            lost |= !done && operation == Operation.FLUSH;
        }
    }

    private RuntimeException failed(Operation operation) {
        lost |= operation == Operation.FLUSH;
        return Faults.failed(operation, lu);
    }

    private Object half(Operation operation, Method method, Object[] arguments) throws Throwable {
        if (operation == Operation.READ || operation == Operation.WRITE) {
            for (Object argument : arguments) {
                if (argument instanceof ByteBuffer buffer) {
                    int limit = buffer.limit();
                    int blocks = buffer.remaining() / OpenLu.BLOCK_BYTES / 2;
                    buffer.limit(buffer.position() + blocks * OpenLu.BLOCK_BYTES);
                    pass(method, arguments);
                    buffer.limit(limit);
                }
            }
        }
        throw failed(operation);
    }

    /** Closes in any case; what a fault keeps from being flushed is not flushed. */
    private void close() {
        if (closed) {
            return;
        }
        boolean flush = false;
        boolean fail = true;
        try {
            Optional<Effect> effect = lost ? Optional.of(Effect.SKIP) : met(Operation.FLUSH);
            flush = effect.isEmpty() || effect.get() == Effect.LATE;
            fail = effect.isPresent() && effect.get() != Effect.SKIP;
        } finally {
            closed = true;
            if (flush) {
                wrapped.close();
            } else {
                wrapped.abandon();
            }
        }
        if (fail) {
            throw Faults.failed(Operation.FLUSH, lu);
        }
    }
}
