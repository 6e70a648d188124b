package org.serai.storage;

import java.util.List;
import org.serai.ffdc.SeraiException;

/**
 * What a change would do, found out without doing anything. Between a plan and the change itself others may act, so that
 * the change looks at everything anew.
 *
 * @param steps what would be done, one sentence each, in order; empty if nothing is left to do
 * @param obstacles each reason why it would be refused
 */
public record Plan(List<String> steps, List<SeraiException> obstacles) {
    /** Whether nothing is in the way. */
    public boolean isPossible() {
        return obstacles.isEmpty();
    }
}
