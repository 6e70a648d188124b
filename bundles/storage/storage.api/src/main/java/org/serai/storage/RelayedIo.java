package org.serai.storage;

import java.util.UUID;

/**
 * I/O that this node did for a node that does not reach a PV itself, since this node was started. It is no part of any
 * other count of this node.
 *
 * @param node for which it was done
 * @param reads how many
 * @param writes how many
 * @param others flushes, and ranges that were zeroed or given back
 */
public record RelayedIo(
        UUID node, UUID pool, UUID pv, long reads, long readBytes, long writes, long writtenBytes, long others) {}
