package org.serai.storage.extent.map;

import java.io.IOException;

/** Work on the maps that nobody may see half done. */
public interface MapWork<R> {
    R run() throws IOException;
}
