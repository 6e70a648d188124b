package org.serai.storage.core;

import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.serai.storage.Lu;
import org.serai.storage.Plan;
import org.serai.storage.Progress;
import org.serai.storage.Pv;
import org.serai.storage.PvChange;
import org.serai.storage.Pvs;

/** PVs as a service. */
@Component(service = Pvs.class)
public final class PvsComponent implements Pvs {
    private final Pvs service;

    /** Over the storage of this node. */
    @Activate
    public PvsComponent(@Reference StorageComponent storage) {
        service = storage.service().pvs();
    }

    @Override
    public List<Pv> pvs() {
        return service.pvs();
    }

    @Override
    public List<Pv> pvs(String pool) {
        return service.pvs(pool);
    }

    @Override
    public Plan plan(PvChange change) {
        return service.plan(change);
    }

    @Override
    public long lostBytes(Lu lu) {
        return service.lostBytes(lu);
    }

    @Override
    public void apply(PvChange change, Progress progress) {
        service.apply(change, progress);
    }
}
