package org.serai.storage.core;

import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.serai.storage.Alert;
import org.serai.storage.Alerts;
import org.serai.storage.Thresholds;

/** Alerts of fill as a service. */
@Component(service = Alerts.class)
public final class AlertsComponent implements Alerts {
    private final Alerts service;

    /** Over the storage of this node. */
    @Activate
    public AlertsComponent(@Reference StorageComponent storage) {
        service = storage.service().alerts();
    }

    @Override
    public List<Alert> alerts() {
        return service.alerts();
    }

    @Override
    public Thresholds thresholds(String pool) {
        return service.thresholds(pool);
    }

    @Override
    public void setThresholds(String pool, Thresholds thresholds) {
        service.setThresholds(pool, thresholds);
    }
}
