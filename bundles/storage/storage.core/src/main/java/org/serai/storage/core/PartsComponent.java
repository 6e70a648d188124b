package org.serai.storage.core;

import java.util.List;
import java.util.UUID;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.serai.cluster.DeathProof;
import org.serai.storage.LuPart;
import org.serai.storage.OpenLu;
import org.serai.storage.PartSpec;
import org.serai.storage.Parts;
import org.serai.storage.Plan;

/** Sub-partitions as a service. */
@Component(service = Parts.class)
public final class PartsComponent implements Parts {
    private final Parts service;

    /** Over the storage of this node. */
    @Activate
    public PartsComponent(@Reference StorageComponent storage) {
        service = storage.service().parts();
    }

    @Override
    public List<LuPart> parts(String lu) {
        return service.parts(lu);
    }

    @Override
    public LuPart part(String lu, String part) {
        return service.part(lu, part);
    }

    @Override
    public Plan planCreate(PartSpec spec) {
        return service.planCreate(spec);
    }

    @Override
    public Plan planResize(String lu, String part, long sizeBytes) {
        return service.planResize(lu, part, sizeBytes);
    }

    @Override
    public Plan planDelete(String lu, String part) {
        return service.planDelete(lu, part);
    }

    @Override
    public LuPart create(PartSpec spec) {
        return service.create(spec);
    }

    @Override
    public LuPart resize(String lu, String part, long sizeBytes) {
        return service.resize(lu, part, sizeBytes);
    }

    @Override
    public void delete(String lu, String part) {
        service.delete(lu, part);
    }

    @Override
    public OpenLu open(UUID lu, String part, long clientId, String operation) {
        return service.open(lu, part, clientId, operation);
    }

    @Override
    public OpenLu takeOver(UUID lu, String part, long clientId, String operation, DeathProof proof) {
        return service.takeOver(lu, part, clientId, operation, proof);
    }
}
