package org.serai.cluster.core.member;

import java.util.UUID;
import org.serai.database.Table;

/** A row of node_neighbour; the id is {@code NODE/RANK}. */
@Table("node_neighbour")
record NeighbourRow(String id, UUID node, int neighbourRank, UUID neighbour) {
    static NeighbourRow of(UUID node, int rank, UUID neighbour) {
        return new NeighbourRow(node + "/" + rank, node, rank, neighbour);
    }
}
