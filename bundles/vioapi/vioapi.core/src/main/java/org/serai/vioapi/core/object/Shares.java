package org.serai.vioapi.core.object;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.serai.storage.Progress;
import org.serai.storage.SpaceUse;
import org.serai.storage.Thresholds;
import org.serai.vioapi.VioObject;
import org.serai.vioapi.core.call.Asked;

/** What pools, tiers and LUs have in common: space, thresholds, progress in units. */
final class Shares {
    private Shares() {}

    static VioObject space(VioObject of, SpaceUse space) {
        VioObject known =
                space.isKnown() ? of.with("sizeBytes", space.sizeBytes()).with("usedBytes", space.usedBytes()) : of;
        return known.with("committedBytes", space.committedBytes());
    }

    static List<VioObject> thresholds(Thresholds thresholds) {
        return thresholds.percents().stream()
                .map(percent -> VioObject.of("threshold").with("percent", percent))
                .toList();
    }

    /** The thresholds that are asked for, if any are. */
    static Optional<Thresholds> asked(Asked asked, int usualHysteresis) {
        List<Integer> percents = asked.each("threshold", "percent").stream()
                .map(text -> Integer.parseInt(text.strip()))
                .toList();
        OptionalInt hysteresis = asked.findNumber("hysteresisPercent").stream()
                .mapToInt(number -> (int) Math.min(100, number))
                .findFirst();
        return percents.isEmpty() && hysteresis.isEmpty()
                ? Optional.empty()
                : Optional.of(new Thresholds(percents, hysteresis.orElse(usualHysteresis)));
    }

    /** Units as a sentence. */
    static Progress progress(Asked asked) {
        return (done, total) -> {
            asked.progress().accept(total > 0 ? done + " of " + total : String.valueOf(done));
            return true;
        };
    }
}
