package org.serai.scsi.target.luexport;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.serai.cluster.Membership;
import org.serai.cluster.Node;
import org.serai.scsi.Export;
import org.serai.scsi.ExportSpec;
import org.serai.scsi.ExportSpec.Chap;
import org.serai.scsi.LuExports.ExportedLu;
import org.serai.scsi.Paths;
import org.serai.scsi.ReadExports;
import org.serai.scsi.ScsiError;
import org.serai.scsi.target.export.ExportService;
import org.serai.scsi.target.export.Iqn;
import org.serai.storage.Lu;
import org.serai.storage.OpenLu;
import org.serai.storage.Reader;
import org.serai.storage.Redundancy;
import org.serai.storage.Storage;

/** Exports for reading. They are in memory only: a reader that loses its node begins anew, at whichever node there is. */
@Component(service = ReadExports.class)
public final class ReadExportService implements ReadExports {
    private static final String OPERATION = "export for reading";

    private final Membership membership;
    private final Storage storage;
    private final Redundancy redundancy;
    private final ExportService exports;
    private final RandomGenerator secureRandom;
    private final Map<UUID, Live> live = new HashMap<>();

    /** Exports what this node's storage opens. */
    @Activate
    public ReadExportService(
            @Reference Membership membership,
            @Reference Storage storage,
            @Reference Redundancy redundancy,
            @Reference ExportService exports) {
        this(membership, storage, redundancy, exports, new SecureRandom());
    }

    ReadExportService(
            Membership membership,
            Storage storage,
            Redundancy redundancy,
            ExportService exports,
            RandomGenerator secureRandom) {
        this.membership = membership;
        this.storage = storage;
        this.redundancy = redundancy;
        this.exports = exports;
        this.secureRandom = secureRandom;
    }

    private record Live(String lu, ExportSpec spec, Export export, OpenLu open) {
        void close() {
            try {
                export.close();
            } finally {
                open.close();
            }
        }
    }

    @Override
    public synchronized ExportedLu export(String luName, Optional<String> initiator) {
        initiator.ifPresent(Iqn::requireInitiator);
        exports.requireTransport();
        Lu lu = storage.lu(luName);
        if (live.containsKey(lu.id())) {
            throw ScsiError.ALREADY_EXPORTED.error(
                    "LU " + luName + " cannot be exported for reading",
                    "this node exports it so already",
                    "use that export, or lu:unexport " + luName + " --read-only first");
        }
        OpenLu open = redundancy.openForReading(lu.id(), new Reader(lu.clientId(), OptionalLong.empty()), OPERATION);
        try {
            ExportSpec spec = spec(lu, open, initiator);
            Live made = new Live(luName, spec, exports.export(spec), open);
            live.put(lu.id(), made);
            return describe(made);
        } catch (RuntimeException e) {
            open.close();
            throw e;
        }
    }

    private ExportSpec spec(Lu lu, OpenLu open, Optional<String> initiator) {
        Optional<Chap> chap = initiator.map(name -> Credentials.make(secureRandom, false));
        // A disk of its own: whoever sees the LU as well must not take both for paths to one.
        UUID serial = UUID.nameUUIDFromBytes(("read " + lu.id()).getBytes(StandardCharsets.US_ASCII));
        ExportSpec.Disk disk = disk(lu, serial, open);
        return new ExportSpec(Targets.forReading(lu), initiator, chap, List.of(disk));
    }

    private ExportSpec.Disk disk(Lu lu, UUID serial, OpenLu open) {
        Node self = membership.self();
        // a plain export has no virtual adapter, which the host page tells by AdapterID 0
        var page = new ExportSpec.HostPage(self.host().locationCode(), self.id(), 0);
        return new ExportSpec.Disk(open, serial, lu.name(), page);
    }

    @Override
    public synchronized void unexport(String luName) {
        UUID lu = exported(luName)
                .orElseThrow(() -> ScsiError.NO_SUCH_EXPORT.error(
                        "LU " + luName + " cannot be unexported",
                        "this node does not export it for reading",
                        "target:list shows what each node exports"));
        live.remove(lu).close();
    }

    /** By the name that the LU has, or had when it was exported: it may have been deleted since. */
    private Optional<UUID> exported(String luName) {
        return live.keySet().stream()
                .filter(lu ->
                        storage.lu(lu).filter(now -> now.name().equals(luName)).isPresent())
                .findFirst()
                .or(() -> live.entrySet().stream()
                        .filter(each -> each.getValue().lu().equals(luName))
                        .map(Map.Entry::getKey)
                        .findFirst());
    }

    @Override
    public synchronized List<ExportedLu> all() {
        return live.values().stream()
                .map(this::describe)
                .sorted(Comparator.comparing(ExportedLu::lu))
                .toList();
    }

    private ExportedLu describe(Live each) {
        return new ExportedLu(
                each.lu(),
                membership.self().name(),
                each.spec().target(),
                each.spec().initiator(),
                exports.transport()
                        .map(transport -> transport.url(transport.portal(), each.spec(), 0))
                        .orElse(""),
                Paths.State.ACTIVE,
                true,
                each.export().sessions());
    }

    @Deactivate
    synchronized void close() {
        live.values().forEach(each -> Endings.quietly("the export of LU " + each.lu() + " for reading", each::close));
        live.clear();
    }
}
