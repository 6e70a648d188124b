package org.serai.cluster.core.member;

import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;
import org.serai.database.Table;
import org.serai.database.Transaction;

/**
 * What becomes of a cluster whose last node leaves: its row goes, and whoever could act in it, so that the database can
 * hold another cluster. Numbers, epochs and events stay: none is given twice.
 */
final class Dissolution {
    private Dissolution() {}

    @Table("pool")
    record Pool(UUID id, String name) {}

    @Table("lpar")
    record Partition(UUID id, String name) {}

    @Table("client")
    record Client(long id) {}

    @Table("event_registration")
    record Registered(UUID id) {}

    @Table("vio_token")
    record Token(String name) {}

    @Table("vio_request")
    record Request(long number) {}

    @Table("bundle_part")
    record Part(String id) {}

    @Table("bundle")
    record Bundle(String sha256) {}

    /** What nobody would have any more. */
    static Optional<String> obstacle(Transaction transaction) {
        var pool = transaction.list(Pool.class).stream().map(row -> "pool " + row.name());
        var partition = transaction.list(Partition.class).stream().map(row -> "partition " + row.name());
        return Stream.concat(partition, pool)
                .findFirst()
                .map(what -> "it is the last node, and nobody would have " + what + " any more");
    }

    /** Deletes what is the cluster's, in the transaction in which its last node leaves. */
    static void of(Transaction transaction) {
        delete(transaction, Client.class, Client::id);
        delete(transaction, Registered.class, Registered::id);
        delete(transaction, Token.class, Token::name);
        delete(transaction, Request.class, Request::number);
        delete(transaction, Part.class, Part::id);
        delete(transaction, Bundle.class, Bundle::sha256);
        delete(transaction, ClusterRow.class, ClusterRow::id);
    }

    private static <T extends Record> void delete(Transaction transaction, Class<T> table, Function<T, Object> key) {
        transaction.list(table).forEach(row -> transaction.delete(table, key.apply(row)));
    }
}
