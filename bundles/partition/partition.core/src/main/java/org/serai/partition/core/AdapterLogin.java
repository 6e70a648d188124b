package org.serai.partition.core;

import java.util.Optional;
import java.util.UUID;
import org.serai.database.DatabaseError;
import org.serai.ffdc.SeraiException;
import org.serai.partition.PartitionError;
import org.serai.partition.core.record.AdapterRow;
import org.serai.partition.core.record.LparRow;
import org.serai.scsi.ExportSpec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who is let in at a virtual adapter: the machine that the hypervisor says is there, whatever the initiator calls itself,
 * under the AdapterID and ClientID that the VIOS DB has of it.
 */
final class AdapterLogin implements ExportSpec.Admittance {
    private static final Logger LOG = LoggerFactory.getLogger(AdapterLogin.class);
    private static final Logger SECURITY = LoggerFactory.getLogger("org.serai.security");

    private final PartitionContext context;
    private final LparRow row;
    private final AdapterRow adapter;
    private final String target;

    AdapterLogin(PartitionContext context, LparRow row, AdapterRow adapter, String target) {
        this.context = context;
        this.row = row;
        this.adapter = adapter;
        this.target = target;
    }

    @Override
    public void require(String initiator) {
        Optional<UUID> machine = context.hypervisors().backend(row.hypervisor()).machineAt(target);
        if (!machine.equals(Optional.of(row.id()))) {
            throw refused(
                    initiator,
                    "hypervisor " + row.hypervisor() + " has "
                            + machine.map(id -> "partition " + id + " there").orElse("no partition there"));
        }
        Optional<AdapterRow> registered = registered();
        boolean same = registered
                .filter(found -> found.lpar().equals(row.id()) && found.client() == row.client())
                .isPresent();
        if (!same) {
            throw refused(
                    initiator,
                    registered
                            .map(found -> "adapter " + adapter.id() + " is of client " + found.client()
                                    + " and partition " + found.lpar())
                            .orElse("the VIOS DB has no adapter " + adapter.id() + " any more"));
        }
        LOG.info("partition {} is at adapter {} of client {}", row.name(), adapter.id(), row.client());
    }

    /** What is granted goes on while the database is away: then by this node's copy of it. */
    private Optional<AdapterRow> registered() {
        try {
            return context.database().read(tx -> tx.get(AdapterRow.class, adapter.id()));
        } catch (SeraiException failed) {
            if (failed.code() != DatabaseError.UNREACHABLE) {
                throw failed;
            }
            return context.database().view(AdapterRow.class).get(adapter.id());
        }
    }

    private SeraiException refused(String initiator, String cause) {
        SECURITY.warn("{} was refused at adapter {} of partition {}: {}", initiator, adapter.id(), row.name(), cause);
        return PartitionError.NOT_AT_ADAPTER.error(
                "Initiator " + initiator + " is not let in at adapter " + adapter.id() + " of partition " + row.name(),
                cause,
                "start the partition with lpar:start; this was logged as a security event");
    }
}
