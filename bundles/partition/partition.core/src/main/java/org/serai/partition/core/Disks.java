package org.serai.partition.core;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.serai.cluster.DeathProof;
import org.serai.hypervisor.MachineSpec;
import org.serai.partition.PartitionError;
import org.serai.partition.core.image.ImageHeader;
import org.serai.partition.core.record.AdapterRow;
import org.serai.partition.core.record.LparRow;
import org.serai.partition.core.record.MappingRow;
import org.serai.scsi.Export;
import org.serai.scsi.ExportSpec;
import org.serai.storage.Lu;
import org.serai.storage.OpenLu;

/**
 * The disks of a partition for one start: its LUs, opened under their locks, and its targets, which admit nobody but the
 * hypervisor process that was given this start's secret.
 */
final class Disks {
    private static final String NAMES = "iqn.2026-11.org.serai:";
    private static final int SECRET_BYTES = 16;

    /** The virtual adapter's, wherever it is served: the partition stays the same nexus through restarts and moves. */
    private static final ExportSpec.Port PORT = new ExportSpec.Port(1, ExportSpec.Identity.INITIATOR);

    private final PartitionContext context;
    private final LparRow row;
    private final List<Adapter> adapters;
    private final ExportSpec.Chap chap;
    private final Map<MappingRow, OpenLu> open = new LinkedHashMap<>();
    private final Map<Long, Export> exports = new LinkedHashMap<>();

    private record Adapter(AdapterRow row, List<MappingRow> mappings) {}

    Disks(PartitionContext context, LparRow row) {
        this.context = context;
        this.row = row;
        this.adapters = context.records().adapters(row.id()).stream()
                .map(a -> new Adapter(a, context.records().mappings(a.id())))
                .toList();
        byte[] secret = new byte[SECRET_BYTES];
        context.random().nextBytes(secret);
        // RFC 7143, 12.1.3 asks for 96 bits of randomness; hexadecimal digits are in every implementation's alphabet.
        this.chap = new ExportSpec.Chap("lpar." + row.id(), HexFormat.of().formatHex(secret));
    }

    /** What a partition's LUs are held for, in the words of whoever is refused; nothing but a run of it says so. */
    static String purpose(LparRow row) {
        return "partition " + row.name();
    }

    /** The object that whoever has an LU open owns. */
    static String object(UUID lu) {
        return "lu:" + lu;
    }

    /** Opens all LUs, taking over what dead nodes hold. */
    void open(Proofs proofs) {
        for (Adapter adapter : adapters) {
            for (MappingRow mapping : adapter.mappings()) {
                open.put(mapping, open(context, lu(mapping), row.client(), purpose(row), proofs));
            }
        }
    }

    /** Opens an LU, or takes it over if its holder is proven dead. */
    static OpenLu open(PartitionContext context, Lu lu, long client, String operation, Proofs proofs) {
        Optional<DeathProof> proof = lu.lock().flatMap(l -> proofs.holderOf(object(lu.id())));
        return proof.isPresent()
                ? context.storage().takeOver(lu.id(), client, operation, proof.get())
                : context.storage().open(lu.id(), client, operation);
    }

    /** Exports them. */
    void export() {
        for (Adapter adapter : adapters) {
            List<ExportSpec.Disk> disks = new ArrayList<>();
            var page = new ExportSpec.HostPage(
                    context.self().host().locationCode(),
                    context.self().id(),
                    adapter.row().id());
            for (MappingRow mapping : adapter.mappings()) {
                disks.add(new ExportSpec.Disk(
                        open.get(mapping), mapping.lu(), lu(mapping).name(), page));
            }
            if (!disks.isEmpty()) {
                exports.put(
                        adapter.row().id(),
                        context.exports()
                                .export(new ExportSpec(
                                        target(adapter.row()),
                                        Optional.of(initiator()),
                                        Optional.of(chap),
                                        PORT,
                                        disks,
                                        Optional.empty(),
                                        new AdapterLogin(context, row, adapter.row(), target(adapter.row())))));
            }
        }
    }

    /** The epochs of the locks of those that are open. */
    Map<UUID, Long> epochs() {
        return open.entrySet().stream()
                .collect(
                        Collectors.toMap(e -> e.getKey().lu(), e -> e.getValue().epoch()));
    }

    /** How the hypervisor reaches them; the portal is this node's announced one as long as they are not exported. */
    List<MachineSpec.IscsiDisk> iscsi() {
        List<MachineSpec.IscsiDisk> disks = new ArrayList<>();
        for (Adapter adapter : adapters) {
            Export export = exports.get(adapter.row().id());
            String portal = export == null ? context.membership().self().portal() : export.portal();
            for (MappingRow mapping : adapter.mappings()) {
                disks.add(new MachineSpec.IscsiDisk(
                        disks.size(),
                        portal,
                        target(adapter.row()),
                        mapping.lun(),
                        initiator(),
                        chap.user(),
                        chap.secret()));
            }
        }
        return disks;
    }

    /** The virtual adapter configuration for an image. */
    List<ImageHeader.Adapter> configuration() {
        return adapters.stream()
                .map(a -> new ImageHeader.Adapter(
                        a.row().id(),
                        a.row().slot(),
                        a.row().drcName(),
                        a.mappings().stream().map(this::configuration).toList()))
                .toList();
    }

    /** Ends the exports, then gives the LUs back. Idempotent, also after a failure in the middle. */
    void close() {
        for (Long adapter : List.copyOf(exports.keySet())) {
            exports.get(adapter).close();
            exports.remove(adapter);
        }
        for (MappingRow mapping : List.copyOf(open.keySet())) {
            open.get(mapping).close();
            open.remove(mapping);
        }
    }

    private ImageHeader.Disk configuration(MappingRow mapping) {
        Lu lu = lu(mapping);
        OpenLu held = open.get(mapping);
        return new ImageHeader.Disk(mapping.lun(), lu.id(), lu.name(), lu.sizeBytes(), held == null ? 0 : held.epoch());
    }

    private Lu lu(MappingRow mapping) {
        return context.storage()
                .lu(mapping.lu())
                .orElseThrow(() -> PartitionError.BAD_DEFINITION.error(
                        "A disk of partition " + row.name() + " is missing",
                        "LU " + mapping.lu() + " is not known on this node",
                        "look at lu:list and pool:list"));
    }

    private String initiator() {
        return NAMES + "lpar." + row.id();
    }

    private static String target(AdapterRow adapter) {
        return NAMES + "vsa." + adapter.id();
    }
}
