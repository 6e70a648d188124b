package org.serai.storage.extent;

import java.io.IOException;

/** Work on the maps that nobody may see half done. */
interface MapWork<R> {
    R run() throws IOException;
}
