package org.serai.storage.core;

import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.serai.storage.LuChange;
import org.serai.storage.LuChanges;
import org.serai.storage.LuSnapshot;
import org.serai.storage.Plan;
import org.serai.storage.Progress;

/** Changes of LUs as a service. */
@Component(service = LuChanges.class)
public final class LuChangesComponent implements LuChanges {
    private final LuChanges service;

    /** Over the storage of this node. */
    @Activate
    public LuChangesComponent(@Reference StorageComponent storage) {
        service = storage.service().changes();
    }

    @Override
    public List<LuSnapshot> snapshots(String lu) {
        return service.snapshots(lu);
    }

    @Override
    public Plan plan(LuChange change) {
        return service.plan(change);
    }

    @Override
    public void apply(LuChange change, Progress progress) {
        service.apply(change, progress);
    }
}
