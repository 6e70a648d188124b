package org.serai.message.core.vke;

import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;
import org.serai.message.core.packet.Drop;

/** What is counted. */
public final class Counts {
    private final Map<What, LongAdder> counts = new EnumMap<>(What.class);
    private final Map<Drop, LongAdder> dropped = new EnumMap<>(Drop.class);
    private final Latencies receiptLatency = new Latencies();
    private final Latencies responseLatency = new Latencies();

    /** Nothing was counted yet. */
    public Counts() {
        for (What what : What.values()) {
            counts.put(what, new LongAdder());
        }
        for (Drop reason : Drop.values()) {
            dropped.put(reason, new LongAdder());
        }
    }

    /** Of each the number, as {@link org.serai.message.MessageStats} tells it. */
    public enum What {
        SENT,
        SENT_AGAIN,
        HANDED_UP,
        RECEIPTS_SENT,
        RECEIPTS_RECEIVED,
        RECEIPTS_MISSING,
        GROWN,
        RESPONSES_RECEIVED,
        RESPONSES_MISSING
    }

    public void count(What what) {
        counts.get(what).increment();
    }

    public void drop(Drop reason) {
        dropped.get(reason).increment();
    }

    public long of(What what) {
        return counts.get(what).sum();
    }

    /** By reason, those that happened. */
    public Map<String, Long> dropped() {
        Map<String, Long> happened = new TreeMap<>();
        dropped.forEach((reason, count) -> {
            if (count.sum() > 0) {
                happened.put(reason.toString(), count.sum());
            }
        });
        return happened;
    }

    public Latencies receiptLatency() {
        return receiptLatency;
    }

    public Latencies responseLatency() {
        return responseLatency;
    }
}
