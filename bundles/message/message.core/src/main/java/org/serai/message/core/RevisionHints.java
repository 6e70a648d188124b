package org.serai.message.core;

import java.nio.ByteBuffer;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.serai.database.Database;
import org.serai.message.MessageHandler;
import org.serai.message.Messages;

/**
 * Tells the other nodes that the database has gone on, and hears it from them. Only hints: each node also looks by
 * itself. What was heard from another is not told again, for that one has told everybody.
 */
final class RevisionHints implements MessageHandler, AutoCloseable {
    static final String TOPIC = "database.revision";

    private static final byte[] NOTHING = new byte[0];

    private final Database database;
    private final Messages messages;
    private final Executor threads;
    private final Database.Registration registration;
    private final AtomicLong heard = new AtomicLong();
    private final AtomicLong reached = new AtomicLong();
    private final AtomicBoolean telling = new AtomicBoolean();

    RevisionHints(Database database, Messages messages, Executor threads) {
        this.database = database;
        this.messages = messages;
        this.threads = threads;
        registration = database.onChange((revision, _) -> changed(revision));
    }

    private void changed(long revision) {
        if (revision < reached.getAndSet(revision)) {
            // The database was put back to an earlier state: what was heard before means nothing now.
            heard.set(0);
        }
        if (revision > heard.get() && telling.compareAndSet(false, true)) {
            threads.execute(this::tell);
        }
    }

    /** One broadcast for all that was committed until it is made. */
    private void tell() {
        telling.set(false);
        messages.broadcast(
                TOPIC, ByteBuffer.allocate(Long.BYTES).putLong(reached.get()).array());
    }

    @Override
    public byte[] handle(UUID from, byte[] payload) {
        if (payload.length == Long.BYTES) {
            long revision = ByteBuffer.wrap(payload).getLong();
            heard.accumulateAndGet(revision, Math::max);
            database.catchUp(revision);
        }
        return NOTHING;
    }

    @Override
    public void close() {
        registration.close();
    }
}
