package org.serai.scsi.target.luexport;

import java.util.List;
import java.util.UUID;
import org.serai.ffdc.SeraiException;
import org.serai.scsi.ScsiError;
import org.serai.storage.Lu;

/** What is told to whoever asks for something that cannot be with a plain export. */
final class ExportErrors {
    private ExportErrors() {}

    static SeraiException exported(Lu lu, List<String> nodes, String target) {
        return ScsiError.ALREADY_EXPORTED.error(
                "LU " + lu.name() + " cannot be exported",
                "it is exported already as " + target + " by " + String.join(", ", nodes),
                "lu:export " + lu.name() + " without --initiator at another node adds a path through that node;"
                        + " lu:unexport " + lu.name() + " --everywhere ends the export");
    }

    static SeraiException notExported(Lu lu) {
        return ScsiError.NO_SUCH_EXPORT.error(
                "LU " + lu.name() + " has no export",
                "no node exports it",
                "target:list shows which LUs are exported; lu:export " + lu.name() + " --initiator exports it");
    }

    static SeraiException noPath(Lu lu, String node) {
        return ScsiError.NO_SUCH_EXPORT.error(
                "LU " + lu.name() + " has no path through node " + node,
                "that node does not export it",
                "lu:export " + lu.name() + " at that node adds one");
    }

    static SeraiException notShown(String lu, String node) {
        return ScsiError.NO_SUCH_EXPORT.error(
                "The path to LU " + lu + " through node " + node + " is not there yet",
                "the node has just started, or has no portal",
                "try again; the log of that node says what it waits for");
    }

    /** @param silentMs for how long nothing was seen of the node: one that has just died still looks alive */
    static SeraiException elsewhere(Lu lu, String node, long silentMs, long renewalMs) {
        return ScsiError.ALREADY_EXPORTED.error(
                "LU " + lu.name() + " cannot be unexported here",
                "node " + node + " exports it, and lives as far as its last heartbeat of " + silentMs + " ms ago shows",
                "lu:unexport " + lu.name()
                        + " at that node, or with --everywhere at any; if it has just died, try again in "
                        + Math.ceilDiv(2 * renewalMs, 1000) + " s");
    }

    static SeraiException notAsked(String node, UUID lu) {
        return ScsiError.NO_SUCH_EXPORT.error(
                "What node " + node + " asks is not done",
                "it does not export LU " + lu + ", or nobody does",
                "target:list shows who exports what");
    }
}
