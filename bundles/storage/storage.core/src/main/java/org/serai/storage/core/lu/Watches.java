package org.serai.storage.core.lu;

import java.util.UUID;

/** The watches that writes report their fill to. */
public interface Watches {
    /** That of a tier. */
    FillWatch tier(UUID tier);

    /** That of an LU. */
    FillWatch lu(UUID lu);
}
