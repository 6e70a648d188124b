package org.serai.storage.core.alert;

import org.serai.storage.Thresholds;

/** Which threshold a fill stands at: 0 for none. */
final class FillLevel {
    private FillLevel() {}

    /** The level that follows on a level; one that was reached is kept until the fill is the hysteresis below it. */
    static int next(Thresholds thresholds, int level, int permille) {
        int next = 0;
        for (int percent : thresholds.percents()) {
            boolean reached = permille >= percent * 10;
            boolean kept = percent <= level && permille >= (percent - thresholds.hysteresisPercent()) * 10;
            if (reached || kept) {
                next = percent;
            }
        }
        return next;
    }

    /** From which fill on the level rises. */
    static int raisesAt(Thresholds thresholds, int level) {
        return thresholds.percents().stream()
                .filter(percent -> percent > level)
                .findFirst()
                .map(percent -> percent * 10)
                .orElse(Integer.MAX_VALUE);
    }

    /** Below which fill the level falls. */
    static int clearsBelow(Thresholds thresholds, int level) {
        return level == 0 ? Integer.MIN_VALUE : (level - thresholds.hysteresisPercent()) * 10;
    }
}
