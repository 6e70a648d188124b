package org.serai.scsi.target.lu;

import java.util.List;

/**
 * At which count of a resource initiators are told (SBC-3, thin provisioning thresholds).
 *
 * @param enabled whether they are
 * @param count in {@link ThinSpace#SET_BYTES threshold sets}
 */
public record Threshold(boolean enabled, long count) {
    /** Nobody is told. */
    public static final Threshold NONE = new Threshold(false, 0);

    String text() {
        return (enabled ? "+" : "-") + count;
    }

    /** What {@link #text} wrote; {@link #NONE} where there is none. */
    static Threshold of(List<String> words, int at) {
        if (at >= words.size()) {
            return NONE;
        }
        String word = words.get(at);
        return new Threshold(word.startsWith("+"), Long.parseLong(word.substring(1)));
    }
}
