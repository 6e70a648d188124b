package org.serai.storage.core.relay;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.serai.cluster.Delegations.Delegation;
import org.serai.storage.RelayedIo;

/** Counts what is done for others, for each of them and each PV. */
final class NeighbourIo {
    private final Map<Of, Counts> counts = new ConcurrentHashMap<>();

    private record Of(UUID node, UUID pool, UUID pv) {}

    /** For one node and one PV. */
    static final class Counts {
        private final LongAdder reads = new LongAdder();
        private final LongAdder readBytes = new LongAdder();
        private final LongAdder writes = new LongAdder();
        private final LongAdder writtenBytes = new LongAdder();
        private final LongAdder others = new LongAdder();

        /** A request that was done. */
        void did(Request request) {
            switch (request.operation()) {
                case READ -> {
                    reads.increment();
                    readBytes.add(request.length());
                }
                case WRITE -> {
                    writes.increment();
                    writtenBytes.add(request.length());
                }
                case OFFER, OPEN, ZERO, ZERO_KEEPING_SPACE, GIVE_BACK, SYNC, CLOSE -> others.increment();
            }
        }
    }

    Counts of(Delegation delegation) {
        return counts.computeIfAbsent(new Of(delegation.node(), delegation.pool(), delegation.pv()), _ -> new Counts());
    }

    List<RelayedIo> all() {
        return counts.entrySet().stream()
                .map(entry -> told(entry.getKey(), entry.getValue()))
                .sorted(Comparator.comparing(RelayedIo::node).thenComparing(RelayedIo::pv))
                .toList();
    }

    private static RelayedIo told(Of of, Counts counts) {
        return new RelayedIo(
                of.node(),
                of.pool(),
                of.pv(),
                counts.reads.sum(),
                counts.readBytes.sum(),
                counts.writes.sum(),
                counts.writtenBytes.sum(),
                counts.others.sum());
    }
}
