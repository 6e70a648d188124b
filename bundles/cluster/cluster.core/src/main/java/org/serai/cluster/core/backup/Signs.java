package org.serai.cluster.core.backup;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.serai.cluster.core.backup.LifeWatch.Sign;

/**
 * What was seen of nodes, in all pools together.
 *
 * @param byNode life in one pool is life; else what is no goodbye counts, for it is the later one or as good
 */
record Signs(Map<UUID, Sign> byNode) {
    static Signs of(List<Sign> signs) {
        Map<UUID, Sign> byNode = new HashMap<>();
        for (Sign sign : signs) {
            byNode.merge(sign.node(), sign, Signs::graver);
        }
        return new Signs(Map.copyOf(byNode));
    }

    private static Sign graver(Sign one, Sign other) {
        if (one.alive() != other.alive()) {
            return one.alive() ? one : other;
        }
        return one.goodbye() ? other : one;
    }
}
