package org.serai.storage.core;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;
import org.serai.storage.Paging;
import org.serai.storage.PagingLu;

/** Paging LUs as a service. */
@Component(service = Paging.class, configurationPid = "org.serai.paging")
@Designate(ocd = PagingConfig.class)
public final class PagingComponent implements Paging {
    private final Paging service;

    /** Over the storage of this node. */
    @Activate
    public PagingComponent(@Reference StorageComponent storage, PagingConfig config) {
        service = storage.service().paging(PagingSettings.of(config));
    }

    @Override
    public List<PagingLu> pagingLus() {
        return service.pagingLus();
    }

    @Override
    public Optional<PagingLu> of(UUID partition) {
        return service.of(partition);
    }

    @Override
    public PagingLu request(UUID partition, long clientId, long minimumBytes) {
        return service.request(partition, clientId, minimumBytes);
    }

    @Override
    public void release(UUID partition) {
        service.release(partition);
    }
}
