package org.serai.cluster.core.software;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.serai.cluster.ClusterError;
import org.serai.cluster.core.software.BundleRow.State;
import org.serai.database.Database;
import org.serai.database.Transaction;

/** The cluster's bundles in the VIOS DB. Their content is read when it is needed and kept nowhere else. */
final class BundleStore {
    private static final int PART_BYTES = 512 << 10;

    private final Database database;

    BundleStore(Database database) {
        this.database = database;
    }

    /** The rows as the database itself has them. */
    List<BundleRow> all() {
        return database.read(transaction -> transaction.list(BundleRow.class));
    }

    /** Those that every node is to have. */
    List<BundleRow> deployed() {
        return all().stream().filter(row -> row.state() == State.DEPLOYED).toList();
    }

    Optional<BundleRow> find(String sha256) {
        return database.read(transaction -> transaction.get(BundleRow.class, sha256));
    }

    /** Stores a bundle that is to be started by one node after the other. */
    BundleRow add(Jar jar, UUID node) {
        byte[] content = jar.content();
        int parts = Math.ceilDiv(content.length, PART_BYTES);
        BundleRow row = new BundleRow(
                jar.sha256(), jar.symbolicName(), jar.version(), content.length, parts, State.DEPLOYING, node);
        return database.write(transaction -> {
            for (int part = 0; part < parts; part++) {
                byte[] bytes = Arrays.copyOfRange(
                        content, part * PART_BYTES, Math.min(content.length, (part + 1) * PART_BYTES));
                transaction.insert(new PartRow(
                        "%s/%05d".formatted(jar.sha256(), part),
                        jar.sha256(),
                        Base64.getEncoder().encodeToString(bytes)));
            }
            return transaction.insert(row);
        });
    }

    /** Every node has it: it takes the place of other versions. */
    BundleRow deployed(BundleRow row) {
        return database.write(transaction -> {
            transaction.list(BundleRow.class, "symbolic_name", row.symbolicName()).stream()
                    .filter(other -> !other.sha256().equals(row.sha256()))
                    .forEach(other -> delete(transaction, other));
            return transaction.update(row.in(State.DEPLOYED));
        });
    }

    void delete(BundleRow row) {
        database.write(transaction -> {
            transaction.get(BundleRow.class, row.sha256()).ifPresent(found -> delete(transaction, found));
            return row;
        });
    }

    private static void delete(Transaction transaction, BundleRow row) {
        transaction
                .list(PartRow.class, "bundle", row.sha256())
                .forEach(part -> transaction.delete(PartRow.class, part.id()));
        transaction.delete(BundleRow.class, row.sha256());
    }

    /** A bundle's content; fails unless it is what was stored. */
    byte[] content(BundleRow row) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        database.read(transaction -> transaction.list(PartRow.class, "bundle", row.sha256()))
                .forEach(part -> content.writeBytes(Base64.getDecoder().decode(part.content())));
        byte[] bytes = content.toByteArray();
        if (!Jar.sha256(bytes).equals(row.sha256())) {
            throw ClusterError.BAD_BUNDLE.error(
                    "Bundle " + row.symbolicName() + " " + row.version() + " of the cluster is not used",
                    "what the database holds of it does not have the SHA-256 " + row.sha256(),
                    "install it again with driver:install --cluster");
        }
        return bytes;
    }
}
