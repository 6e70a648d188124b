/** The contract suite of storage drivers: extend {@link org.serai.contracts.storage.StorageDriverContract}. */
package org.serai.contracts.storage;
