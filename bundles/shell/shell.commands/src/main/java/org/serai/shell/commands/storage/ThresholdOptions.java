package org.serai.shell.commands.storage;

import java.util.List;
import java.util.Optional;
import org.serai.storage.Thresholds;
import picocli.CommandLine.Option;

/** At which fill alerts are raised, as options. */
final class ThresholdOptions {
    @Option(
            names = "--at",
            paramLabel = "PERCENT",
            description = "A fill that raises an alert; may be given more than once, rising (0 for none at all).")
    private List<Integer> percents;

    @Option(
            names = "--hysteresis",
            paramLabel = "PERCENT",
            description = "An alert is cleared when the fill is this much below its threshold.")
    private Optional<Integer> hysteresis = Optional.empty();

    /** What was given, over what holds now. */
    Thresholds over(Thresholds now) {
        List<Integer> at = percents == null
                ? now.percents()
                : percents.stream().filter(percent -> percent != 0).toList();
        return new Thresholds(at, hysteresis.orElse(now.hysteresisPercent()));
    }
}
