package org.serai.storage.core.lu;

import java.util.function.Supplier;
import org.serai.ffdc.SeraiException;
import org.serai.storage.core.catalog.LuRow;

/** Drivers know an LU by its id only; who reads their errors knows its name. */
public final class Naming {
    private Naming() {}

    /** Does something with an LU, with errors that name it. */
    public static <T> T named(LuRow row, Supplier<T> doing) {
        try {
            return doing.get();
        } catch (SeraiException e) {
            String id = row.id().toString();
            if (!e.what().contains(id)) {
                throw e;
            }
            throw e.code().error(e.what().replace(id, row.name()), e.reason(), e.action(), e);
        }
    }
}
