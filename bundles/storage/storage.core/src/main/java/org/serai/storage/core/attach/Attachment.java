package org.serai.storage.core.attach;

import org.serai.cluster.spi.LeaseArea;
import org.serai.storage.core.catalog.PoolRow;
import org.serai.storage.spi.PoolStore;
import org.serai.storage.spi.StorageDriver;

/** A pool that this node has open, and in whose lease area it renews its lease. */
public record Attachment(PoolRow pool, StorageDriver driver, PoolStore store, LeaseArea leases) {}
