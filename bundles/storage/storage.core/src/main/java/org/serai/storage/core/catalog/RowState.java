package org.serai.storage.core.catalog;

/** How a pool or LU stands in the VIOS DB: {@code CREATING → ONLINE → DELETING}, or {@code CREATING} and gone. */
public enum RowState {
    /** It can be used. */
    ONLINE,
    /** It is being made; if nobody does that any more it is undone. */
    CREATING,
    /** It is being deleted; if nobody does that any more it is finished. */
    DELETING
}
