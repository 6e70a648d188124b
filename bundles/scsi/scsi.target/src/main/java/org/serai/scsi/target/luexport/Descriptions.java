package org.serai.scsi.target.luexport;

import java.util.List;
import java.util.Optional;
import org.serai.cluster.Node;
import org.serai.scsi.ExportSpec;
import org.serai.scsi.LuExports.ExportedLu;
import org.serai.scsi.Paths.State;
import org.serai.scsi.spi.TargetTransport;
import org.serai.scsi.target.export.ExportService;
import org.serai.storage.Lu;
import org.serai.storage.Storage;

/** What exports look like to whoever asks: as the rows say, and this node's own paths as they are now. */
record Descriptions(Cluster cluster, Storage storage, ExportService exports, OwnPaths paths) {
    ExportedLu of(LuExportRow row, PathRow path) {
        Optional<LuPath> own = cluster.isSelf(path.node()) ? paths.ofExport(row.id()) : Optional.empty();
        Optional<String> portal = cluster.isSelf(path.node())
                ? exports.transport().map(TargetTransport::portal)
                : cluster.membership().node(path.node()).map(Node::portal).filter(known -> !known.isEmpty());
        var spec = new ExportSpec(row.target(), row.initiator(), row.chap(), List.of());
        boolean preferred = cluster.database()
                .view(LuExportRow.class)
                .get(row.id())
                .filter(now -> now.node().equals(path.node()))
                .isPresent();
        return new ExportedLu(
                storage.lu(row.lu()).map(Lu::name).orElse(row.lu().toString()),
                cluster.name(path.node()),
                row.target(),
                row.initiator(),
                portal.flatMap(at -> exports.transport().map(transport -> transport.url(at, spec, 0)))
                        .orElse(""),
                own.map(LuPath::state).orElseGet(() -> otherState(row, path)),
                preferred,
                own.map(LuPath::sessions).orElse(0));
    }

    private State otherState(LuExportRow row, PathRow path) {
        return cluster.isSelf(path.node()) ? State.UNAVAILABLE : cluster.state(path.node(), row.lu());
    }
}
