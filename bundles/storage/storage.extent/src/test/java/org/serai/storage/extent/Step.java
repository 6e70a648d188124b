package org.serai.storage.extent;

import java.util.UUID;

/**
 * A step of a workload.
 *
 * @param begin the length of the history before it
 * @param end and after it
 * @param after what the LU is then; null if it is gone
 */
record Step(String what, int begin, int end, UUID lu, LuModel before, LuModel after) {}
