package org.serai.cluster.core.member;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.serai.cluster.core.ownership.DelegationRow;
import org.serai.cluster.core.ownership.OwnershipRow;
import org.serai.database.Table;
import org.serai.database.Transaction;

/** Rows of other domains that name a node, as far as they must let go of it when it leaves. */
final class NodeReferences {
    private static final Set<String> AT_REST = Set.of("stopped", "hibernated");

    private NodeReferences() {}

    @Table("lpar")
    record Partition(UUID id, String name, String state, Optional<UUID> node) {}

    @Table("image")
    record Image(UUID lpar, UUID node) {}

    @Table("lu_path")
    record ExportPath(String id, UUID export, UUID node) {}

    @Table("lu_export")
    record Export(UUID id, UUID node) {}

    @Table("lu")
    record LuName(UUID id, String name) {}

    /** What people call something that is owned; an object without a name is called what it is. */
    static String called(Transaction transaction, OwnershipRow row) {
        var object = row.object();
        return Optional.of(object)
                .filter(held -> held.startsWith("lu:"))
                .flatMap(held -> transaction.get(LuName.class, held.substring("lu:".length())))
                .map(lu -> "LU " + lu.name())
                .orElse(object);
    }

    /** Names of partitions that run on the node, or would if it were alive. */
    static List<String> running(Transaction transaction, UUID node) {
        return transaction.list(Partition.class, "node", node).stream()
                .filter(row -> !AT_REST.contains(row.state()))
                .map(Partition::name)
                .toList();
    }

    /** Partitions at rest belong to no node any more; of their images another node is the one that vouches for them. */
    static void forgetAtRest(Transaction transaction, UUID node, Optional<UUID> heir) {
        transaction.list(Partition.class, "node", node).stream()
                .filter(row -> AT_REST.contains(row.state()))
                .forEach(row -> transaction.update(new Partition(row.id(), row.name(), row.state(), Optional.empty())));
        heir.ifPresent(other -> transaction
                .list(Image.class, "node", node)
                .forEach(row -> transaction.update(new Image(row.lpar(), other))));
    }

    /** Deletes the paths through a node that is dead; an export without another path goes with its last one. */
    static void deleteExports(Transaction transaction, UUID node) {
        transaction.list(ExportPath.class, "node", node).forEach(row -> transaction.delete(ExportPath.class, row.id()));
        transaction.list(Export.class, "node", node).forEach(export -> {
            var other = transaction.list(ExportPath.class, "export", export.id()).stream()
                    .findFirst();
            if (other.isPresent()) {
                transaction.update(new Export(export.id(), other.get().node()));
            } else {
                transaction.delete(Export.class, export.id());
            }
        });
    }

    /** Frees what a dead node owned, under an epoch that it never had. */
    static void free(Transaction transaction, UUID node) {
        transaction
                .list(OwnershipRow.class, "holder", node)
                .forEach(row -> transaction.update(
                        new OwnershipRow(row.object(), Optional.empty(), Optional.empty(), row.epoch() + 1, "")));
    }

    /** Deletes what the cluster core itself keeps of a node besides its row. */
    static void deleteOwn(Transaction transaction, UUID node) {
        transaction.get(NodeProcessRow.class, node).ifPresent(_ -> transaction.delete(NodeProcessRow.class, node));
        deleteEnds(transaction, node);
        deleteDelegationsTo(transaction, node);
        transaction
                .list(DelegationRow.class, "node", node)
                .forEach(row -> transaction.delete(DelegationRow.class, row.id()));
        transaction.list(NeighbourRow.class).stream()
                .filter(row -> row.node().equals(node) || row.neighbour().equals(node))
                .forEach(row -> transaction.delete(NeighbourRow.class, row.id()));
    }

    /** Deletes what let a node write for others whose processes are gone, and with them what they were asked for. */
    static void deleteDelegationsTo(Transaction transaction, UUID neighbour) {
        transaction
                .list(DelegationRow.class, "neighbour", neighbour)
                .forEach(row -> transaction.delete(DelegationRow.class, row.id()));
    }

    /** Deletes what was written down of earlier incarnations. */
    static void deleteEnds(Transaction transaction, UUID node) {
        transaction
                .list(NodeEndRow.class, "node", node)
                .forEach(row -> transaction.delete(NodeEndRow.class, row.incarnation()));
    }
}
