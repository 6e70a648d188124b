package org.serai.partition.core.record;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.serai.partition.core.json.Json;

/** The epochs of the locks of a partition's LUs, by LU. */
public record LuEpochs(SortedMap<UUID, Long> byLu) {
    /** Keeps a copy. */
    public LuEpochs {
        byLu = Collections.unmodifiableSortedMap(new TreeMap<>(byLu));
    }

    /** Those that a column holds. */
    public static LuEpochs of(String text) {
        SortedMap<UUID, Long> byLu = new TreeMap<>();
        Json.texts(text).forEach((lu, epoch) -> byLu.put(UUID.fromString(lu), Long.valueOf(epoch)));
        return new LuEpochs(byLu);
    }

    /** As a column holds them. */
    public String text() {
        return Json.text(byLu);
    }

    /**
     * These, with those that were raised by exactly one: whoever raised them took the locks directly after these, so
     * that nobody can have had them in between. All others stay as they are.
     */
    public LuEpochs raisedOnceTo(Map<UUID, Long> taken) {
        SortedMap<UUID, Long> next = new TreeMap<>(byLu);
        next.replaceAll((lu, epoch) -> taken.getOrDefault(lu, epoch) == epoch + 1 ? Long.valueOf(epoch + 1) : epoch);
        return new LuEpochs(next);
    }
}
