package org.serai.storage.core.redundancy;

import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.serai.database.Table;

/**
 * What storage has to know of a hibernation image: the LU that holds it, and the epochs that the locks of the
 * partition's LUs must have, by LU, as JSON.
 */
@Table("image")
record ImageRef(UUID lpar, UUID lu, String luEpochs) {
    /**
     * Paired with another LU in the place of one. The image stays good if nobody has opened the LU since it was made: its
     * epoch is then the one before the exchange.
     */
    ImageRef paired(UUID from, long epochBefore, UUID to, long epochAfter) {
        Matcher found = Pattern.compile("\"" + from + "\"(\\s*:\\s*\"?)(\\d+)").matcher(luEpochs);
        String epochs = found.replaceAll(match ->
                "\"" + to + "\"" + match.group(1) + (Long.parseLong(match.group(2)) == epochBefore ? epochAfter : 0));
        return new ImageRef(lpar, lu.equals(from) ? to : lu, epochs);
    }
}
