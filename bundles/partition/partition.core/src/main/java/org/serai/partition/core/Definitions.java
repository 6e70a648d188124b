package org.serai.partition.core;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.serai.cluster.Client;
import org.serai.database.DatabaseError;
import org.serai.ffdc.SeraiException;
import org.serai.partition.Lpar;
import org.serai.partition.LparSpec;
import org.serai.partition.LparState;
import org.serai.partition.PartitionError;
import org.serai.partition.core.record.AdapterRow;
import org.serai.partition.core.record.DrcNames;
import org.serai.partition.core.record.LparRow;
import org.serai.partition.core.record.MappingRow;
import org.serai.storage.Lu;
import org.serai.storage.LuKind;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Defines partitions and shows them. */
final class Definitions {
    private static final Logger SECURITY = LoggerFactory.getLogger("org.serai.security");

    /** Short enough that the name of its hibernation LU fits into 64 characters. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_.-]{0,47}");

    private static final long MIB = 1 << 20;
    private static final long MEMORY_BYTES_MAX = 16L << 40;
    private static final int CPUS_MAX = 256;
    private static final int LUNS_MAX = 256;
    private static final int TEXT_MAX = 1024;

    private static final String SERIAL_CONSOLE = "console=ttyS0";

    /** Slots 0 and 1 are a partition's serial adapters. */
    private static final int SLOT = 2;

    private final PartitionContext context;
    private final Guests guests;
    private final Machines machines;

    Definitions(PartitionContext context, Guests guests) {
        this.context = context;
        this.machines = new Machines(context);
        this.guests = guests;
    }

    LparRow create(LparSpec spec) {
        checkNumbers(spec);
        Client client = context.clients().client(spec.client());
        List<UUID> lus =
                spec.lus().stream().map(name -> disk(spec, client, name)).toList();
        if (new HashSet<>(lus).size() != lus.size()) {
            throw bad(spec, "an LU is named twice", "name each LU once");
        }
        String hypervisor = spec.hypervisor().orElseGet(context.hypervisors()::first);
        context.hypervisors().backend(hypervisor);
        Path kernel = file(spec, "kernel", spec.kernel());
        Path initrd = file(spec, "initial RAM disk", spec.initrd());
        LparRow row = new LparRow(
                newId(),
                spec.name(),
                client.id(),
                LparState.STOPPED,
                Optional.empty(),
                0,
                hypervisor,
                "",
                spec.memoryBytes(),
                spec.cpus(),
                kernel.toString(),
                BootFiles.sha256("kernel", kernel),
                initrd.toString(),
                BootFiles.sha256("initial RAM disk", initrd),
                spec.append().orElse(SERIAL_CONSOLE));
        return insert(spec, row, lus);
    }

    List<Lpar> all() {
        return context.records().all().stream().map(this::shown).toList();
    }

    /** A partition as callers see it. */
    Lpar shown(LparRow row) {
        var records = context.records();
        List<Lpar.Adapter> adapters = records.adapters(row.id()).stream()
                .map(a -> new Lpar.Adapter(
                        a.id(),
                        a.drcName(),
                        a.slot(),
                        records.mappings(a.id()).stream()
                                .map(m -> luName(m.lu()))
                                .toList()))
                .toList();
        Optional<Guest> guest = guests.guest(row.id());
        return new Lpar(
                row.id(),
                row.name(),
                context.clients().client(row.client()).map(Client::name).orElseGet(() -> Long.toString(row.client())),
                row.state(),
                row.node().map(context::nodeName),
                row.epoch(),
                row.hypervisor(),
                Optional.of(row.accelerator()).filter(a -> !a.isEmpty()),
                row.memoryBytes(),
                row.cpus(),
                adapters,
                guest.map(g -> g.machine().consoleLog())
                        .or(() -> machines.consoleLog(row))
                        .map(Path::toString),
                records.image(row.id())
                        .map(i -> new Lpar.Image(luName(i.lu()), i.stateBytes(), i.storedBytes(), i.sha256())));
    }

    private LparRow insert(LparSpec spec, LparRow row, List<UUID> lus) {
        String cec = context.self().host().locationCode();
        try {
            return context.database().write(tx -> {
                if (!tx.list(LparRow.class, "name", row.name()).isEmpty()) {
                    throw PartitionError.LPAR_EXISTS.error(
                            "Partition " + row.name() + " cannot be defined",
                            "there is a partition of that name",
                            "choose another name");
                }
                tx.insert(row);
                String drc = DrcNames.name(cec, DrcNames.freeNumber(tx, cec), SLOT);
                AdapterRow adapter = tx.insert(new AdapterRow(tx.next("adapter"), row.id(), row.client(), SLOT, drc));
                for (int lun = 0; lun < lus.size(); lun++) {
                    UUID lu = lus.get(lun);
                    if (!tx.list(MappingRow.class, "lu", lu).isEmpty()) {
                        throw bad(spec, "LU " + luName(lu) + " is the disk of another partition", "choose another LU");
                    }
                    tx.insert(MappingRow.of(adapter.id(), lun, lu));
                }
                return row;
            });
        } catch (SeraiException e) {
            if (e.code() == DatabaseError.REFERENCE) {
                throw bad(spec, "its client or one of its LUs was deleted meanwhile", "look at lu:list");
            }
            throw e;
        }
    }

    private UUID disk(LparSpec spec, Client client, String name) {
        Lu lu = context.storage().lu(name);
        if (lu.clientId() != client.id()) {
            SECURITY.warn("refused: LU {} of client {} for client {}", name, lu.clientId(), client.name());
            throw PartitionError.WRONG_CLIENT.error(
                    "Partition " + spec.name() + " cannot have LU " + name,
                    "the LU belongs to another client than " + client.name(),
                    "choose an LU of client " + client.name());
        }
        if (lu.kind() != LuKind.DATA) {
            throw bad(
                    spec,
                    "LU " + name + " is of kind " + lu.kind().name().toLowerCase(java.util.Locale.ROOT),
                    "choose an LU of kind data");
        }
        return lu.id();
    }

    /** A random UUID (RFC 9562, 5.4). */
    private UUID newId() {
        long high = context.random().nextLong() & 0xFFFF_FFFF_FFFF_0FFFL | 0x4000L;
        long low = context.random().nextLong() & 0x3FFF_FFFF_FFFF_FFFFL | 0x8000_0000_0000_0000L;
        return new UUID(high, low);
    }

    private static void checkNumbers(LparSpec spec) {
        List<String> wrong = new ArrayList<>();
        if (!NAME.matcher(spec.name()).matches()) {
            wrong.add("a name is a letter and up to 47 letters, digits, or one of _ . -");
        }
        if (spec.memoryBytes() < MIB || spec.memoryBytes() > MEMORY_BYTES_MAX || spec.memoryBytes() % MIB != 0) {
            wrong.add("memory is from 1 MiB to 16 TiB in whole MiB, not " + spec.memoryBytes() + " bytes");
        }
        if (spec.cpus() < 1 || spec.cpus() > CPUS_MAX) {
            wrong.add("virtual CPUs are from 1 to " + CPUS_MAX + ", not " + spec.cpus());
        }
        if (spec.lus().size() > LUNS_MAX) {
            wrong.add("an adapter has at most " + LUNS_MAX + " LUs, not "
                    + spec.lus().size());
        }
        if (spec.append().orElse("").length() > TEXT_MAX) {
            wrong.add("the kernel's command line has at most " + TEXT_MAX + " characters");
        }
        if (!wrong.isEmpty()) {
            throw bad(spec, String.join("; ", wrong), "correct that and define it again");
        }
    }

    private static Path file(LparSpec spec, String role, Path path) {
        Path absolute = path.toAbsolutePath().normalize();
        if (absolute.toString().length() > TEXT_MAX) {
            throw bad(spec, "the name of the " + role + " is longer than " + TEXT_MAX + " characters", "shorten it");
        }
        return absolute;
    }

    private String luName(UUID lu) {
        return context.storage().lu(lu).map(Lu::name).orElseGet(lu::toString);
    }

    private static SeraiException bad(LparSpec spec, String cause, String action) {
        return PartitionError.BAD_DEFINITION.error("Partition " + spec.name() + " cannot be defined", cause, action);
    }
}
