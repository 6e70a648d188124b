package org.serai.scsi.target.lu;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** What a nexus may still ask about its copies, by list identifier: the last ones only (SPC-4, 6.31). */
public final class CopyOutcomes {
    private static final int MAX_KEPT = 16;

    private final Map<Integer, CopyOutcome> kept = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, CopyOutcome> eldest) {
            return size() > MAX_KEPT;
        }
    };

    /** Keeps an outcome in the place of an earlier one of that list identifier. */
    public synchronized void keep(int list, CopyOutcome outcome) {
        kept.remove(list);
        kept.put(list, outcome);
    }

    /** The outcome of the last copy with that list identifier. */
    public synchronized Optional<CopyOutcome> of(int list) {
        return Optional.ofNullable(kept.get(list));
    }
}
