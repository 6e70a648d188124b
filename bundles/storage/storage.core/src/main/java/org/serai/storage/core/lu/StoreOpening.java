package org.serai.storage.core.lu;

import org.serai.cluster.Grant;
import org.serai.storage.core.attach.Attachment;
import org.serai.storage.core.catalog.LuRow;
import org.serai.storage.spi.LuStore;

/** How the holder of an LU's lock gets its store; what stands between an LU and its driver is put in here. */
@FunctionalInterface
public interface StoreOpening {
    /** Opens it; the grant's epoch has not opened it before. */
    LuStore open(LuRow row, Attachment attachment, Grant grant);
}
