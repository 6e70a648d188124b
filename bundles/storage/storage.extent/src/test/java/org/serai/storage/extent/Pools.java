package org.serai.storage.extent;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import org.serai.storage.spi.PoolLayout;
import org.serai.storage.spi.PoolLayout.PvLayout;

/** Layouts that several processes agree on. */
final class Pools {
    private Pools() {}

    /** A pool on files {@code pv-0}, {@code pv-1}… of a folder, with ids that follow from the folder. */
    static PoolLayout in(Path folder, int pvs, long sizeBytes, long extentBytes) {
        List<PvLayout> list = new ArrayList<>();
        for (int i = 0; i < pvs; i++) {
            Path path = folder.resolve("pv-" + i);
            list.add(new PvLayout(
                    UUID.nameUUIDFromBytes(path.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8)),
                    i,
                    path.toString(),
                    OptionalLong.of(sizeBytes)));
        }
        UUID pool = UUID.nameUUIDFromBytes(folder.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8));
        return new PoolLayout(pool, "test", list, extentBytes);
    }
}
