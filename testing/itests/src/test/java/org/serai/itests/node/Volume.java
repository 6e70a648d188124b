package org.serai.itests.node;

import static org.awaitility.Awaitility.await;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.serai.storage.Lu;
import org.serai.storage.LuKind;
import org.serai.storage.LuSpec;
import org.serai.storage.OpenLu;
import org.serai.storage.PoolSpec;
import org.serai.storage.PoolSpec.PvSpec;
import org.serai.storage.Storage;

/** A pool with one LU of a test's own, and blocks to write and read there. */
public record Volume(Storage storage, String pool, long client, Lu lu) {
    private static final long PV_BYTES = 64 << 20;
    private static final long LU_BYTES = 16 << 20;

    /** Makes a pool by that driver, and an LU. */
    public static Volume make(Storage storage, String driver, String name, long client, Path folder) {
        storage.createPool(pool(driver, name, folder));
        Lu lu = storage.createLu(new LuSpec(name + "-disk", name, client, LuKind.DATA, LU_BYTES, false));
        return new Volume(storage, name, client, lu);
    }

    /** A pool with one file. */
    public static PoolSpec pool(String driver, String name, Path folder) {
        PvSpec pv = new PvSpec(folder.resolve(name + ".pv").toString(), OptionalLong.of(PV_BYTES));
        return new PoolSpec(name, driver, List.of(pv), OptionalLong.empty());
    }

    /** Opens the LU. */
    public OpenLu open() {
        return storage.open(lu.id(), client, "test");
    }

    /** Waits until the pool is attached. */
    public void awaitAttached() {
        await("pool " + pool).atMost(InNode.SOON).until(() -> storage.pool(pool).attached());
    }

    /** Deletes the LU and the pool. */
    public void delete() {
        storage.deleteLu(lu.name());
        storage.deletePool(pool);
    }

    /** Writes a number into the first block, durably. */
    public static void write(OpenLu lu, long value) {
        lu.write(0, ByteBuffer.allocateDirect(OpenLu.BLOCK_BYTES).putLong(0, value));
        lu.flush();
    }

    /** The number in the first block. */
    public static long read(OpenLu lu) {
        ByteBuffer block = ByteBuffer.allocateDirect(OpenLu.BLOCK_BYTES);
        lu.read(0, block);
        return block.getLong(0);
    }
}
