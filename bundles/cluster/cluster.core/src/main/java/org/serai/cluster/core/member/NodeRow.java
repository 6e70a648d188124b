package org.serai.cluster.core.member;

import java.util.UUID;
import org.serai.cluster.HostId;
import org.serai.cluster.Node;
import org.serai.database.Table;

/** A row of node. */
@Table("node")
public record NodeRow(
        UUID id,
        String name,
        int slot,
        UUID incarnation,
        String instance,
        String cecSerial,
        String cecType,
        String cecModel,
        HostId.Source cecSource,
        String portal,
        String transportAddress) {
    /** Whether both are on the same CEC. */
    boolean isOnHostOf(NodeRow other) {
        return cecSerial.equals(other.cecSerial) && cecType.equals(other.cecType) && cecModel.equals(other.cecModel);
    }

    /** With another incarnation. */
    public NodeRow incarnated(UUID now) {
        return new NodeRow(
                id, name, slot, now, instance, cecSerial, cecType, cecModel, cecSource, portal, transportAddress);
    }

    /** The node as its neighbours see it. */
    public Node toNode() {
        var host = new HostId(cecSerial, cecType, cecModel, cecSource);
        return new Node(id, name, slot, incarnation, host, portal, transportAddress);
    }
}
