package org.serai.storage.core.lu;

import java.util.function.BooleanSupplier;
import org.serai.cluster.Grant;
import org.serai.storage.Progress;
import org.serai.storage.StorageError;
import org.serai.storage.core.attach.Attachment;
import org.serai.storage.core.catalog.LuRow;
import org.serai.storage.spi.LuStore;

/**
 * An LU that this node holds and has open while something is changed about it: the store that is in use, or one that
 * was opened for the change.
 */
public final class HeldLu implements AutoCloseable {
    private final LuRow row;
    private final Attachment attachment;
    private final LuStore store;
    private final Grant grant;
    private final BooleanSupplier goesOn;
    private final Runnable ending;

    HeldLu(LuRow row, Attachment attachment, LuStore store, Grant grant, BooleanSupplier goesOn, Runnable ending) {
        this.row = row;
        this.attachment = attachment;
        this.store = store;
        this.grant = grant;
        this.goesOn = goesOn;
        this.ending = ending;
    }

    /** The LU. */
    public LuRow row() {
        return row;
    }

    /** Its pool. */
    public Attachment attachment() {
        return attachment;
    }

    /** Its lock. */
    public Grant grant() {
        return grant;
    }

    /** Its open store. */
    public LuStore store() {
        return store;
    }

    /** A capability of its store; {@link StorageError#NOT_SUPPORTED} naming it otherwise. */
    public <T> T able(Class<T> capability) {
        if (capability.isInstance(store)) {
            return capability.cast(store);
        }
        throw Capabilities.missing(attachment.pool(), capability);
    }

    /** Progress of long work that also ends when the LU is being closed or this node may not serve. */
    public Progress watched(Progress progress) {
        return (done, total) -> goesOn.getAsBoolean() && progress.at(done, total);
    }

    /** Ends the change. A store in use stays open; another one is closed and its lock given back. */
    @Override
    public void close() {
        ending.run();
    }
}
