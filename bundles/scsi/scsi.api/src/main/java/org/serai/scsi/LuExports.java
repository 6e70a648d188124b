package org.serai.scsi;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.osgi.annotation.versioning.ProviderType;

/**
 * LUs exported as plain disks, outside any partition. Persistent: the node that exported an LU exports it again after a
 * restart, until {@link #unexport}. A service while this node belongs to a cluster.
 */
@ProviderType
public interface LuExports {
    /**
     * Exports an LU from this node, which takes the LU's lock. What another node exports is taken over if that node is
     * over: this waits until it is proven, which may take as long as a lease.
     *
     * @param luName the LU's name
     * @param initiator the IQN of the only initiator that sees it, which gets a CHAP secret of its own; empty for any,
     *     which is the operator's explicit word
     * @param progress is told about once a second what is being waited for
     * @throws org.serai.ffdc.SeraiException {@link ScsiError#ALREADY_EXPORTED}, {@link ScsiError#BAD_INITIATOR},
     *     {@link org.serai.storage.StorageError#NO_SUCH_LU}, {@link org.serai.storage.StorageError#LU_LOCKED}
     */
    ExportedLu export(String luName, Optional<String> initiator, Consumer<String> progress);

    /**
     * Takes an export away and gives the LU's lock back; its sessions are ended. That of another node only if that node
     * is over, as for {@link #export}.
     *
     * @param progress is told about once a second what is being waited for
     * @throws org.serai.ffdc.SeraiException {@link ScsiError#NO_SUCH_EXPORT}; if another node exports the LU and lives,
     *     the message names that node
     */
    void unexport(String luName, Consumer<String> progress);

    /** The exports of all nodes, ordered by LU name. */
    List<ExportedLu> all();

    /**
     * An exported LU.
     *
     * @param lu the LU's name
     * @param node the name of the node that exports it
     * @param target the target's name, an IQN
     * @param initiator the only initiator that sees it; empty for any
     * @param url {@code iscsi://[USER%SECRET@]HOST:PORT/IQN/LUN} as libiscsi takes it; with CHAP credentials where
     *     there are any, so a secret
     * @param sessions how many sessions are logged in now, as far as this node knows; 0 for other nodes' exports
     */
    record ExportedLu(String lu, String node, String target, Optional<String> initiator, String url, int sessions) {}
}
