package org.serai.storage.core;

import java.util.List;
import java.util.UUID;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.serai.storage.CopySpec;
import org.serai.storage.OpenLu;
import org.serai.storage.Plan;
import org.serai.storage.Progress;
import org.serai.storage.Reader;
import org.serai.storage.Redundancy;
import org.serai.storage.RedundantLu;

/** Redundant LUs as a service. */
@Component(service = Redundancy.class)
public final class RedundancyComponent implements Redundancy {
    private final Redundancy service;

    /** Over the storage of this node. */
    @Activate
    public RedundancyComponent(@Reference StorageComponent storage) {
        service = storage.service().redundancy();
    }

    @Override
    public List<RedundantLu> redundantLus() {
        return service.redundantLus();
    }

    @Override
    public RedundantLu redundantLu(String lu) {
        return service.redundantLu(lu);
    }

    @Override
    public Plan planAdd(CopySpec spec) {
        return service.planAdd(spec);
    }

    @Override
    public Plan planRemove(String lu) {
        return service.planRemove(lu);
    }

    @Override
    public Plan planResync(String lu) {
        return service.planResync(lu);
    }

    @Override
    public RedundantLu add(CopySpec spec) {
        return service.add(spec);
    }

    @Override
    public void remove(String lu) {
        service.remove(lu);
    }

    @Override
    public RedundantLu resync(String lu, Progress progress) {
        return service.resync(lu, progress);
    }

    @Override
    public RedundantLu promote(String lu) {
        return service.promote(lu);
    }

    @Override
    public OpenLu openForReading(UUID lu, Reader reader, String operation) {
        return service.openForReading(lu, reader, operation);
    }
}
