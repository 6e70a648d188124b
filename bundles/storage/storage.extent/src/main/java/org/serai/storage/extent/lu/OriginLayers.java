package org.serai.storage.extent.lu;

import java.io.IOException;
import java.util.List;
import org.serai.storage.extent.map.Below;
import org.serai.storage.extent.map.LayerTable;

/** Finds what shows through the lowest layer of a clone. */
public interface OriginLayers {
    /** The layers of the origin that a clone with that table shows, from the top. */
    List<Below> find(LayerTable table) throws IOException;
}
