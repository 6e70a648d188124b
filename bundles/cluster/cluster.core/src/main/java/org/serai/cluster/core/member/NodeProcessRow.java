package org.serai.cluster.core.member;

import java.util.UUID;
import org.serai.cluster.core.liveness.HostProcess;
import org.serai.database.Table;

/** A row of node_process: which process an incarnation is. */
@Table("node_process")
public record NodeProcessRow(UUID node, UUID incarnation, String host, long pid, long startTicks, String runFolder) {
    static NodeProcessRow of(UUID node, UUID incarnation, HostProcess process) {
        return new NodeProcessRow(
                node, incarnation, process.host(), process.pid(), process.startTicks(), process.runFolder());
    }

    HostProcess toProcess() {
        return new HostProcess(host, pid, startTicks, runFolder);
    }
}
