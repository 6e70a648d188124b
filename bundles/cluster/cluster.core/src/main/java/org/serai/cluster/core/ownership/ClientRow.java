package org.serai.cluster.core.ownership;

import org.serai.cluster.Client;
import org.serai.database.Table;

/** A row of client. */
@Table("client")
public record ClientRow(long id, String name) {
    Client toClient() {
        return new Client(id, name);
    }
}
