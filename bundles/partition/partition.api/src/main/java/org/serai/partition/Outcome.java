package org.serai.partition;

import java.util.Map;
import java.util.UUID;

/**
 * What an operation did.
 *
 * @param token the operation token, under which the journal has each step
 * @param lpar the partition afterwards
 * @param timesMs how long its parts took, by name with the unit last, for example {@code takeover_ms}
 */
public record Outcome(UUID token, Lpar lpar, Map<String, Long> timesMs) {}
