package org.serai.storage.core.redundancy;

import org.serai.cluster.Fence;
import org.serai.database.Database;
import org.serai.storage.core.attach.SpaceLock;
import org.serai.storage.core.lu.LuLocks;

/** What the rows of redundant LUs are written with. */
public record PairWriting(Database database, LuLocks locks, Fence fence, SpaceLock.Pace pace, PairNews news) {}
