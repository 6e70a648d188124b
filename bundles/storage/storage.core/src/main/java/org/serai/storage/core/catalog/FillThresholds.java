package org.serai.storage.core.catalog;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.serai.storage.StorageError;
import org.serai.storage.Thresholds;

/** Thresholds as a column holds them: {@code 80,90,95:3}. */
public final class FillThresholds {
    /** Those of pools and tiers if nothing else is said. */
    public static final String USUAL = column(Thresholds.USUAL);

    /** Those of LUs if nothing else is said. */
    public static final String NONE = column(Thresholds.NONE);

    private FillThresholds() {}

    /** A column that holds these; {@link StorageError#BAD_SIZE} if they are none. */
    public static String column(Thresholds thresholds) {
        int below = 0;
        for (int percent : thresholds.percents()) {
            if (percent <= below || percent > 100) {
                throw StorageError.BAD_SIZE.error(
                        thresholds.percents() + " are no thresholds",
                        "they rise from 1 to 100 per cent",
                        "give other ones, for example 80,90,95");
            }
            below = percent;
        }
        boolean tooWide = !thresholds.percents().isEmpty()
                && thresholds.hysteresisPercent() >= thresholds.percents().getFirst();
        if (thresholds.hysteresisPercent() < 0 || tooWide) {
            throw StorageError.BAD_SIZE.error(
                    "A hysteresis of " + thresholds.hysteresisPercent() + " per cent cannot be had",
                    "it is 0 or more, and less than the lowest threshold",
                    "give a smaller one");
        }
        return thresholds.percents().stream().map(String::valueOf).collect(Collectors.joining(","))
                + ":"
                + thresholds.hysteresisPercent();
    }

    /** Reads a column. */
    public static Thresholds of(String column) {
        int colon = column.indexOf(':');
        return new Thresholds(
                Arrays.stream(column.substring(0, colon).split(","))
                        .filter(word -> !word.isEmpty())
                        .map(Integer::valueOf)
                        .toList(),
                Integer.parseInt(column.substring(colon + 1)));
    }
}
