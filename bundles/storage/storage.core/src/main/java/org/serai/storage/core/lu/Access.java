package org.serai.storage.core.lu;

import org.serai.storage.StorageError;
import org.serai.storage.core.catalog.LuRow;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who may open an LU. A refusal is a line in the security log. */
public final class Access {
    private static final Logger SECURITY = LoggerFactory.getLogger("org.serai.security");

    /** Fails unless that client may use the LU at this node. */
    public void check(LuRow row, long clientId, String operation) {
        if (row.client() == clientId) {
            return;
        }
        SECURITY.warn(
                "client {} was refused LU {} ({}) of client {}, for: {}",
                clientId,
                row.name(),
                row.id(),
                row.client(),
                operation);
        throw StorageError.WRONG_CLIENT.error(
                "Client " + clientId + " may not use LU " + row.name(),
                "it belongs to another client",
                "use an LU of this client; this was logged as a security event");
    }
}
