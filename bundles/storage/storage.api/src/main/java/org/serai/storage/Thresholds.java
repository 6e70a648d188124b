package org.serai.storage;

import java.util.List;

/**
 * At which fill alerts are raised.
 *
 * @param percents rising; empty for none
 * @param hysteresisPercent an alert that was raised is cleared when the fill is this much below its threshold
 */
public record Thresholds(List<Integer> percents, int hysteresisPercent) {
    /** What holds for pools and tiers if nothing else is said. */
    public static final Thresholds USUAL = new Thresholds(List.of(80, 90, 95), 3);

    /** Never an alert: what holds for an LU if nothing else is said. */
    public static final Thresholds NONE = new Thresholds(List.of(), 0);
}
