package org.serai.cluster.core.ownership;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.serai.cluster.Client;
import org.serai.cluster.Clients;
import org.serai.cluster.ClusterError;
import org.serai.cluster.core.identity.Names;
import org.serai.database.Database;
import org.serai.database.DatabaseError;
import org.serai.ffdc.SeraiException;

/** Clients as rows. */
public final class DatabaseClients implements Clients {
    private final Database database;

    /** Over the cluster's database. */
    public DatabaseClients(Database database) {
        this.database = database;
    }

    @Override
    public Client create(String name) {
        Names.check("The client's name", name);
        try {
            return database.write(transaction -> transaction.insert(new ClientRow(transaction.next("client"), name)))
                    .toClient();
        } catch (SeraiException failed) {
            throw conflict(
                    failed,
                    DatabaseError.CONFLICT,
                    "There is a client " + name + " already",
                    "names are unique",
                    "choose another name");
        }
    }

    @Override
    public void delete(String name) {
        var id = client(name).id();
        try {
            database.write(transaction -> {
                transaction.delete(ClientRow.class, id);
                return id;
            });
        } catch (SeraiException failed) {
            throw conflict(
                    failed,
                    DatabaseError.REFERENCE,
                    "Client " + name + " cannot be deleted",
                    "it owns partitions or LUs",
                    "delete them first; lpar:list and lu:list show them");
        }
    }

    private static SeraiException conflict(
            SeraiException failed, DatabaseError expected, String what, String cause, String action) {
        return failed.code() == expected ? ClusterError.CLIENT_CONFLICT.error(what, cause, action, failed) : failed;
    }

    @Override
    public List<Client> all() {
        return database.view(ClientRow.class).all().stream()
                .map(ClientRow::toClient)
                .sorted(Comparator.comparing(Client::name))
                .toList();
    }

    @Override
    public Optional<Client> client(long id) {
        return seen(id).or(() -> {
                    database.catchUp(Long.MAX_VALUE); // another node may have just made it
                    return seen(id);
                })
                .map(ClientRow::toClient);
    }

    private Optional<ClientRow> seen(long id) {
        return database.view(ClientRow.class).get(id);
    }

    @Override
    public Client client(String name) {
        return database.view(ClientRow.class)
                .first(row -> row.name().equals(name))
                .or(() -> database.read(transaction ->
                        transaction.list(ClientRow.class, "name", name).stream().findFirst()))
                .map(ClientRow::toClient)
                .orElseThrow(() -> ClusterError.NO_SUCH_CLIENT.error(
                        "There is no client " + name,
                        "no client has that name",
                        "make it with client:create, or look at client:list"));
    }
}
