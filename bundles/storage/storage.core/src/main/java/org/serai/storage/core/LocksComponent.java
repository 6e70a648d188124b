package org.serai.storage.core;

import java.util.List;
import java.util.function.Consumer;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.serai.cluster.DeathProof;
import org.serai.storage.LockExplanation;
import org.serai.storage.Locks;
import org.serai.storage.LuLock;

/** The LU status table as a service. */
@Component(service = Locks.class)
public final class LocksComponent implements Locks {
    private final Locks service;

    /** Over the storage of this node. */
    @Activate
    public LocksComponent(@Reference StorageComponent storage) {
        service = storage.service().locks();
    }

    @Override
    public List<LuLock> locks() {
        return service.locks();
    }

    @Override
    public LockExplanation explain(String lu) {
        return service.explain(lu);
    }

    @Override
    public List<LuLock> breakLock(String lu, Consumer<String> progress) {
        return service.breakLock(lu, progress);
    }

    @Override
    public List<LuLock> breakLock(String lu, DeathProof proof) {
        return service.breakLock(lu, proof);
    }
}
