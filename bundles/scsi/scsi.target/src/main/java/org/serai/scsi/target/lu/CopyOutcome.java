package org.serai.scsi.target.lu;

import java.util.Optional;
import org.serai.scsi.target.sense.CheckCondition;

/**
 * How far an EXTENDED COPY is.
 *
 * @param serviceAction of the command that began it
 * @param segments how many segments were done
 * @param blocks how many blocks these have
 * @param failure what it ended with, if it was not done
 */
public record CopyOutcome(int serviceAction, State state, int segments, long blocks, Optional<CheckCondition> failure) {
    /** Where it is. */
    public enum State {
        /** Its command has no status yet. */
        IN_FOREGROUND,
        /** Its command had its status when it began (IMMED). */
        IN_BACKGROUND,
        /** It was done. */
        DONE,
        /** It ended with an error. */
        FAILED,
        /** It was aborted. */
        ABORTED;

        /** Whether it goes on. */
        public boolean isUnderWay() {
            return this == IN_FOREGROUND || this == IN_BACKGROUND;
        }
    }
}
