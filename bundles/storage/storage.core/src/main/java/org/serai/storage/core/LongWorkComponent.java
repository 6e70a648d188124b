package org.serai.storage.core;

import java.util.List;
import java.util.UUID;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.serai.storage.LongWork;

/** Long work as a service. */
@Component(service = LongWork.class)
public final class LongWorkComponent implements LongWork {
    private final LongWork service;

    /** Over the storage of this node. */
    @Activate
    public LongWorkComponent(@Reference StorageComponent storage) {
        service = storage.service().works();
    }

    @Override
    public List<Entry> entries() {
        return service.entries();
    }

    @Override
    public void cancel(UUID token) {
        service.cancel(token);
    }
}
