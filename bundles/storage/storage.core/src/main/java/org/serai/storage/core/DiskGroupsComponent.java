package org.serai.storage.core;

import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.serai.storage.DiskGroup;
import org.serai.storage.DiskGroups;
import org.serai.storage.GroupChange;
import org.serai.storage.Plan;
import org.serai.storage.Progress;
import org.serai.storage.Tier;
import org.serai.storage.TierName;

/** Disk groups as a service. */
@Component(service = DiskGroups.class)
public final class DiskGroupsComponent implements DiskGroups {
    private final DiskGroups service;

    /** Over the storage of this node. */
    @Activate
    public DiskGroupsComponent(@Reference StorageComponent storage) {
        service = storage.service().groups();
    }

    @Override
    public List<DiskGroup> groups() {
        return service.groups();
    }

    @Override
    public DiskGroup group(String pool, String group) {
        return service.group(pool, group);
    }

    @Override
    public Tier tier(TierName name) {
        return service.tier(name);
    }

    @Override
    public Plan plan(GroupChange change) {
        return service.plan(change);
    }

    @Override
    public void apply(GroupChange change, Progress progress) {
        service.apply(change, progress);
    }
}
