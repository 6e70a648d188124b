/**
 * Random sequences of everything that can be done with LUs, on a driver and on a model that is a few arrays: extend
 * {@link org.serai.contracts.storage.model.StorageModelContract}.
 */
package org.serai.contracts.storage.model;
