package org.serai.scsi;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.osgi.annotation.versioning.ProviderType;

/**
 * LUs exported as plain disks, outside any partition. Persistent: the nodes that exported an LU export it again after a
 * restart, until {@link #unexport}. Of several nodes that export an LU one has it open; the paths through the others are
 * standby, and one of them takes it when that node ends. A service while this node belongs to a cluster.
 */
@ProviderType
public interface LuExports {
    /**
     * Exports an LU from this node, which takes the LU's lock.
     *
     * @param luName the LU's name
     * @param access who sees it
     * @param progress is told about once a second what is being waited for
     * @throws org.serai.ffdc.SeraiException {@link ScsiError#ALREADY_EXPORTED}, {@link ScsiError#BAD_INITIATOR},
     *     {@link org.serai.storage.StorageError#NO_SUCH_LU}, {@link org.serai.storage.StorageError#LU_LOCKED}
     */
    ExportedLu export(String luName, Admitted access, Consumer<String> progress);

    /**
     * Exports an LU from this node too that others export, to the same initiator. It takes the LU from a node that is
     * over, and is preferred then: this waits until that is proven, which may take as long as a lease.
     *
     * @throws org.serai.ffdc.SeraiException {@link ScsiError#NO_SUCH_EXPORT} if nobody exports it,
     *     {@link ScsiError#ALREADY_EXPORTED} if this node does
     */
    ExportedLu join(String luName, Consumer<String> progress);

    /**
     * Makes the path through a node the active one, and that node the preferred one; returns when it is.
     *
     * @param node the name of a node that exports the LU
     */
    ExportedLu activate(String luName, String node, Consumer<String> progress);

    /**
     * Takes this node's path to an LU away, and the export with the last one. If this node has none, those of nodes that
     * are over are taken away.
     *
     * @param everywhere the paths of all nodes
     * @param progress is told about once a second what is being waited for
     * @throws org.serai.ffdc.SeraiException {@link ScsiError#NO_SUCH_EXPORT}; if only nodes export the LU that live, the
     *     message names them
     */
    void unexport(String luName, boolean everywhere, Consumer<String> progress);

    /** The exports of an LU, one for each node, ordered by node; empty if it is not exported. */
    List<ExportedLu> of(String luName);

    /** The exports of all nodes, ordered by LU name and node. */
    List<ExportedLu> all();

    /**
     * Who sees an export.
     *
     * @param initiator the IQN of the only initiator that sees it, which gets a CHAP secret of its own; empty for any,
     *     which is the operator's explicit word
     * @param mutual whether the target gets a secret as well, to prove itself with
     * @param redirected whether who logs in at a standby path is sent to the active one; for initiators that do not know
     *     that there are several paths
     */
    record Admitted(Optional<String> initiator, boolean mutual, boolean redirected) {
        /** One initiator, to which the target need not prove itself, or any; let in at every path. */
        public Admitted(Optional<String> initiator) {
            this(initiator, false, false);
        }
    }

    /**
     * An LU exported by a node.
     *
     * @param lu the LU's name
     * @param node the name of the node that exports it
     * @param target the target's name, an IQN
     * @param initiator the only initiator that sees it; empty for any
     * @param url {@code iscsi://[USER%SECRET@]HOST:PORT/IQN/LUN} as libiscsi takes it; with CHAP credentials where
     *     there are any, so a secret
     * @param state the state of the path through that node, as far as this node knows
     * @param preferred whether it is the node that should have the LU
     * @param sessions how many sessions are logged in now, as far as this node knows; 0 for other nodes' exports
     */
    record ExportedLu(
            String lu,
            String node,
            String target,
            Optional<String> initiator,
            String url,
            Paths.State state,
            boolean preferred,
            int sessions) {}
}
