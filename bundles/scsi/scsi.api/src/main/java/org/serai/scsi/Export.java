package org.serai.scsi;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/** A live export. */
@ProviderType
public interface Export extends AutoCloseable {
    /** The target's name. */
    String target();

    /** The portal, {@code host:port}. */
    String portal();

    /** URLs of its LUNs in order, as libiscsi takes them; with CHAP credentials, so a secret where there are any. */
    List<String> urls();

    /** How many sessions are logged in now. */
    int sessions();

    /** Ends its sessions and takes it away; no command is executed after the return. */
    @Override
    void close();
}
