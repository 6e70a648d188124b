package org.serai.scsi.target.luexport;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.serai.cluster.Membership;
import org.serai.cluster.Node;
import org.serai.ffdc.SeraiException;
import org.serai.scsi.Export;
import org.serai.scsi.ExportSpec;
import org.serai.scsi.Exports;
import org.serai.storage.Lu;
import org.serai.storage.OpenLu;
import org.serai.storage.Storage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The LUs that this node holds open and exports now, by the id of their row. Called by one thread at a time. */
final class LiveExports {
    private static final Logger LOG = LoggerFactory.getLogger(LiveExports.class);
    /** What the locks of exported LUs say. */
    static final String OPERATION = Lu.Lock.EXPORT;

    private final Storage storage;
    private final Exports exports;
    private final Membership membership;
    private final Map<UUID, Live> live = new ConcurrentHashMap<>();

    LiveExports(Storage storage, Exports exports, Membership membership) {
        this.storage = storage;
        this.exports = exports;
        this.membership = membership;
    }

    /** Takes the LU's lock. */
    OpenLu open(Lu lu) {
        return storage.open(lu.id(), lu.clientId(), OPERATION);
    }

    /** Exports an LU that is open; it is closed if that fails. */
    void export(LuExportRow row, Lu lu, OpenLu open) {
        try {
            live.put(row.id(), new Live(exports.export(spec(row, lu, open)), open));
        } catch (RuntimeException e) {
            open.close();
            throw e;
        }
    }

    boolean has(LuExportRow row) {
        return live.containsKey(row.id());
    }

    int sessions(LuExportRow row) {
        return Optional.ofNullable(live.get(row.id()))
                .map(each -> each.export().sessions())
                .orElse(0);
    }

    /** Ends the sessions, then gives the lock back. */
    void close(UUID row) {
        Optional.ofNullable(live.remove(row)).ifPresent(Live::close);
    }

    /** Ends all, at the end of the node. */
    void closeAll() {
        List.copyOf(live.keySet()).forEach(row -> endQuietly("the export of " + row, () -> close(row)));
    }

    /** Ends something; that a PV is away just then keeps nothing else from being ended, and is told in one line. */
    static void endQuietly(String what, Runnable ending) {
        try {
            ending.run();
        } catch (SeraiException e) {
            LOG.warn("{} was not ended in order: {}", what, e.getMessage());
        } catch (RuntimeException e) {
            LOG.error("{} was not ended in order", what, e);
        }
    }

    private ExportSpec spec(LuExportRow row, Lu lu, OpenLu open) {
        // each node is a port of the same target, under a number that stays its own
        var port = new ExportSpec.Port(membership.self().slot() + 1, ExportSpec.Identity.PORT);
        return new ExportSpec(
                row.target(), row.initiator(), row.chap(), port, List.of(disk(membership, lu, lu.id(), open)));
    }

    /** An LU as a disk outside any partition. */
    static ExportSpec.Disk disk(Membership membership, Lu lu, UUID serial, OpenLu open) {
        Node self = membership.self();
        // a plain export has no virtual adapter, which the host page tells by AdapterID 0
        var page = new ExportSpec.HostPage(self.host().locationCode(), self.id(), 0);
        return new ExportSpec.Disk(open, serial, lu.name(), page);
    }

    private record Live(Export export, OpenLu lu) {
        void close() {
            try {
                export.close();
            } finally {
                lu.close();
            }
        }
    }
}
