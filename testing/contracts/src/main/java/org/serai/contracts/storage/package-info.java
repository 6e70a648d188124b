/**
 * The contract suites of storage drivers: every driver extends {@link org.serai.contracts.storage.StorageDriverContract},
 * {@link org.serai.contracts.storage.StorageSharingContract} and {@link org.serai.contracts.storage.PlacementContract},
 * and the suite of each capability that it has.
 */
package org.serai.contracts.storage;
