package org.serai.storage.core.attach;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.serai.cluster.Membership;
import org.serai.cluster.Node;
import org.serai.cluster.spi.LeaseArea;
import org.serai.storage.StorageError;

/**
 * Waits until no other node writes into a pool's lease area any more. Whoever is attached renews there every second, so
 * a slot that stands still belongs to a node that has detached, or is dead.
 */
public final class Quiet {
    private static final long ROUNDS = 6;

    private final Membership membership;
    private final Pause pause;

    public Quiet(Membership membership, Pause pause) {
        this.membership = membership;
        this.pause = pause;
    }

    public void awaitOthersGone(Attachment attachment) {
        List<Node> others = membership.nodes().stream()
                .filter(node -> !node.id().equals(membership.self().id()))
                .toList();
        if (others.isEmpty()) {
            return;
        }
        long leaseMs = membership.cluster().leaseMs() + membership.cluster().marginMs();
        List<String> restless = List.of();
        Map<Node, ByteBuffer> before = slots(attachment.leases(), others);
        for (int round = 0; round < ROUNDS; round++) {
            // Longer than a dead node's lease would make every delete slow; shorter than two renewals proves nothing.
            pause.millis(Math.min(leaseMs, 3 * membership.cluster().renewalMs()));
            Map<Node, ByteBuffer> now = slots(attachment.leases(), others);
            restless = changed(before, now);
            if (restless.isEmpty()) {
                return;
            }
            before = now;
        }
        throw StorageError.POOL_IN_USE.error(
                "Pool " + attachment.pool().name() + " cannot be deleted yet",
                "it is still attached at " + String.join(", ", restless),
                "see why these nodes do not detach it, and delete it again");
    }

    private static List<String> changed(Map<Node, ByteBuffer> before, Map<Node, ByteBuffer> now) {
        List<String> changed = new ArrayList<>();
        now.forEach((node, slot) -> {
            if (!slot.equals(before.get(node))) {
                changed.add(node.name());
            }
        });
        return changed;
    }

    private static Map<Node, ByteBuffer> slots(LeaseArea leases, List<Node> nodes) {
        Map<Node, ByteBuffer> slots = new HashMap<>();
        for (Node node : nodes) {
            ByteBuffer slot = ByteBuffer.allocate(LeaseArea.SLOT_BYTES);
            try {
                leases.read(node.slot(), slot);
            } catch (IOException e) {
                throw StorageError.IO_FAILED.error(
                        "The lease area of a pool cannot be read", e.toString(), "see that its first PV is there", e);
            }
            slots.put(node, slot.flip());
        }
        return slots;
    }
}
