package org.serai.storage;

/** How far long work has come; told now and then by the one who does it. */
@FunctionalInterface
public interface Progress {
    /** Nobody looks, nobody cancels. */
    Progress NONE = (_, _) -> true;

    /**
     * Says how far the work is.
     *
     * @param done units done, bytes if nothing else is said
     * @param total units in all, as far as is known now
     * @return whether to go on; after {@code false} the work ends as soon as it can with
     *     {@link StorageError#CANCELLED}, and what is done stays valid
     */
    boolean at(long done, long total);
}
