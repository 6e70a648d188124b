package org.serai.storage;

import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Why somebody cannot have an LU, and what could be done.
 *
 * @param lu the LU
 * @param luName its name
 * @param lock who holds it, or who held it last
 * @param parts the locks of its sub-partitions that are held
 * @param reasons each reason why it cannot be opened for writing at this node now, a sentence each; empty if it can
 * @param actions what could be done, a sentence each
 */
public record LockExplanation(
        UUID lu,
        String luName,
        Optional<LuLock> lock,
        List<LuLock> parts,
        List<String> reasons,
        List<String> actions) {}
