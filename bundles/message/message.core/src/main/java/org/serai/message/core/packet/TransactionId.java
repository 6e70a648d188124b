package org.serai.message.core.packet;

import java.util.UUID;

/**
 * Unique in the cluster and over time.
 *
 * @param life drawn at random whenever a daemon begins
 * @param number of the message in that life, from 1
 */
public record TransactionId(UUID life, long number) {
    @Override
    public String toString() {
        return life + "-" + number;
    }
}
