package org.serai.cluster;

import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/** The clients of the cluster, and the ids that are given once. */
@ProviderType
public interface Clients {
    /** Makes a client; {@link ClusterError#CLIENT_CONFLICT} if the name is taken. */
    Client create(String name);

    /** Deletes a client that owns nothing; {@link ClusterError#CLIENT_CONFLICT} otherwise. */
    void delete(String name);

    /** All clients, ordered by name. */
    List<Client> all();

    /** A client by id. */
    Optional<Client> client(long id);

    /** A client by name; {@link ClusterError#NO_SUCH_CLIENT} otherwise. */
    Client client(String name);
}
