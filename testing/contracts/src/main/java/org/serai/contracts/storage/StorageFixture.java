package org.serai.contracts.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.serai.ffdc.ErrorCode;
import org.serai.ffdc.SeraiException;
import org.serai.storage.PoolCheck;
import org.serai.storage.StorageError;
import org.serai.storage.spi.LuStore;
import org.serai.storage.spi.PoolLayout;
import org.serai.storage.spi.PoolLayout.PvLayout;
import org.serai.storage.spi.PoolStore;
import org.serai.storage.spi.StorageDriver;

/** What the suites need around a driver: PVs in a temporary folder, pools that are closed at the end. */
public abstract class StorageFixture {
    /** One MiB. */
    protected static final int MIB = 1024 * 1024;

    /** Where PVs are made. */
    @TempDir
    protected Path folder;

    /** The space lock that all nodes of a test share. */
    protected final SharedSpace space = new SharedSpace();

    private final List<PoolStore> opened = new ArrayList<>();

    /** The driver under test; the same object during a test. */
    protected abstract StorageDriver driver();

    /** A layout of so many new PVs. */
    protected PoolLayout layout(int pvs, long sizeBytes) {
        List<PvLayout> list = new ArrayList<>();
        UUID pool = UUID.randomUUID();
        for (int i = 0; i < pvs; i++) {
            String path = folder.resolve("pv-" + pool + "-" + i).toString();
            list.add(new PvLayout(UUID.randomUUID(), i, path, OptionalLong.of(sizeBytes)));
        }
        return new PoolLayout(pool, "pool-" + pool.toString().substring(0, 4), list, 0);
    }

    /** Makes a pool, as the first node. */
    protected PoolStore create(PoolLayout layout) {
        space.now(layout.pvs());
        PoolStore store = driver().create(layout, space.node());
        opened.add(store);
        return store;
    }

    /** Opens a pool, as another node. */
    protected PoolStore open(PoolLayout layout) {
        PoolStore store = driver().open(layout, space.node());
        opened.add(store);
        return store;
    }

    /** The object as one that has a capability; that it has not is a failure of the driver under test. */
    protected static <T> T can(Object store, Class<T> capability) {
        assertThat(store).isInstanceOf(capability);
        return capability.cast(store);
    }

    /** Writes one MiB after the other until the pool is full; how many bytes were written before. */
    protected static long fill(LuStore lu, long from, long seed) {
        long at = from;
        try {
            while (at < lu.sizeBytes()) {
                write(lu, at, MIB, seed);
                at += MIB;
            }
        } catch (SeraiException e) {
            assertThat(e.code()).as(e.getMessage()).isEqualTo(StorageError.POOL_FULL);
            return at - from;
        }
        throw new AssertionError("the LU is full before the pool is");
    }

    /** What is given on a PV. */
    protected static long usedOn(PoolStore pool, PvLayout pv) {
        return pool.pvs().stream()
                .filter(each -> each.pv().equals(pv.pv()))
                .findFirst()
                .orElseThrow()
                .usedBytes();
    }

    /** Asserts that a check finds neither errors nor lost space. */
    protected static void assertSound(PoolStore pool) {
        PoolCheck check = pool.check();
        assertThat(check.errors()).isEmpty();
        assertThat(check.ok()).isTrue();
        assertThat(check.leakedExtents()).as("leaked extents").isZero();
    }

    /** Makes an LU of that size and opens it under epoch 1. */
    protected LuStore newLu(PoolStore pool, UUID lu, long sizeBytes) {
        pool.createLu(lu, sizeBytes, false, 1);
        return pool.openLu(lu, 1);
    }

    /** Writes what belongs there. */
    protected static void write(LuStore lu, long offset, int length, long seed) {
        lu.write(offset, Blocks.at(offset, length, seed));
    }

    /** Asserts that what belongs there is there. */
    protected static void assertHolds(LuStore lu, long offset, int length, long seed) {
        ByteBuffer found = read(lu, offset, length);
        assertThat(Blocks.firstWrong(found, offset, seed))
                .as("first wrong offset")
                .isEqualTo(-1);
    }

    /** Asserts that zeros are there. */
    protected static void assertZero(LuStore lu, long offset, int length) {
        assertThat(Blocks.firstNonZero(read(lu, offset, length)))
                .as("first non-zero")
                .isEqualTo(-1);
    }

    /** Reads into a new buffer. */
    protected static ByteBuffer read(LuStore lu, long offset, int length) {
        ByteBuffer found = ByteBuffer.allocateDirect(length);
        // What is not overwritten must not pass for zero.
        MemorySegment.ofBuffer(found).fill((byte) 0x5A);
        lu.read(offset, found);
        assertThat(found.remaining()).isZero();
        return found.flip();
    }

    /** Asserts that the call fails with that error and says what, why and what to do. */
    protected static SeraiException assertFails(ErrorCode code, ThrowingCallable call) {
        SeraiException thrown = catchThrowableOfType(SeraiException.class, call);
        assertThat(thrown).as("an error %s", code).isNotNull();
        assertThat(thrown.code()).as(thrown.getMessage()).isEqualTo(code);
        assertThat(thrown.what()).isNotBlank();
        assertThat(thrown.reason()).isNotBlank();
        assertThat(thrown.action()).isNotBlank();
        return thrown;
    }

    @AfterEach
    void closePools() {
        opened.forEach(PoolStore::close);
    }
}
