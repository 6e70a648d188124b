package org.serai.storage.core;

import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.serai.storage.Plan;
import org.serai.storage.PoolCheck;
import org.serai.storage.PoolUpkeep;
import org.serai.storage.Progress;

/** Looking after pools as a service. */
@Component(service = PoolUpkeep.class)
public final class PoolUpkeepComponent implements PoolUpkeep {
    private final PoolUpkeep service;

    /** Over the storage of this node. */
    @Activate
    public PoolUpkeepComponent(@Reference StorageComponent storage) {
        service = storage.service().poolUpkeep();
    }

    @Override
    public List<PvMap> map(String pool) {
        return service.map(pool);
    }

    @Override
    public PoolCheck check(String pool, Progress progress) {
        return service.check(pool, progress);
    }

    @Override
    public Plan planRepair(String pool) {
        return service.planRepair(pool);
    }

    @Override
    public PoolCheck repair(String pool, Progress progress) {
        return service.repair(pool, progress);
    }

    @Override
    public List<Stray> strays(String pool) {
        return service.strays(pool);
    }

    @Override
    public void adopt(Adoption adoption, Progress progress) {
        service.adopt(adoption, progress);
    }
}
