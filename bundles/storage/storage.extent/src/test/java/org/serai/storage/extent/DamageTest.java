package org.serai.storage.extent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.UUID;
import java.util.function.LongPredicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.serai.contracts.storage.StorageFixture;
import org.serai.storage.StorageError;
import org.serai.storage.extent.pv.Pages;
import org.serai.storage.spi.LuStore;
import org.serai.storage.spi.PoolLayout;
import org.serai.storage.spi.PoolStore;
import org.serai.storage.spi.StorageDriver;

/** Pages that rot or are torn: found, named, and never taken for something else. */
class DamageTest extends StorageFixture {
    private static final int DATA = 40;

    private final UUID lu = UUID.randomUUID();
    private final StorageDriver driver = new ExtentDriver();
    private PoolLayout layout;
    private Path pv;

    @Override
    protected StorageDriver driver() {
        return driver;
    }

    @BeforeEach
    void fillAPool() {
        layout = layout(1, 64L * MIB);
        pv = Path.of(layout.pvs().getFirst().path());
        PoolStore pool = create(layout);
        LuStore store = newLu(pool, lu, 1L << 40);
        for (int i = 0; i < DATA; i++) {
            write(store, i * (1L << 30), 4096, i);
            if (i % 10 == 9) {
                store.flush();
            }
        }
        store.close();
        pool.close();
    }

    private void assertAllThere(LuStore store) {
        for (int i = 0; i < DATA; i++) {
            assertHolds(store, i * (1L << 30), 4096, i);
        }
    }

    /** Where the pages of a kind are, whichever copy. */
    private List<Long> pages(Pages.Kind kind, LongPredicate where) throws IOException {
        List<Long> found = new ArrayList<>();
        ByteBuffer page = Pages.allocate(1);
        try (FileChannel channel = FileChannel.open(pv)) {
            for (long at = 0; at + Pages.BYTES <= channel.size(); at += Pages.BYTES) {
                channel.read(page.clear(), at);
                if (Pages.isSealed(page, 0, kind) && where.test(at)) {
                    found.add(at);
                }
            }
        }
        return found;
    }

    private void flip(long offset) throws IOException {
        try (FileChannel channel = FileChannel.open(pv, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            channel.read(one, offset);
            one.put(0, (byte) (one.get(0) ^ 0x10));
            channel.write(one.flip(), offset);
        }
    }

    @Test
    void aFlippedBitInAnyMetadataPageIsFoundAndNamed() throws IOException {
        Path intact = folder.resolve("intact");
        Files.copy(pv, intact);
        for (Pages.Kind kind : EnumSet.complementOf(EnumSet.of(Pages.Kind.SUMS))) {
            List<Long> pages = pages(kind, _ -> true);
            assertThat(pages).as("pages %s", kind).hasSizeGreaterThanOrEqualTo(2);
            for (long page : List.of(pages.getFirst(), pages.getLast())) {
                Files.copy(intact, pv, StandardCopyOption.REPLACE_EXISTING);
                // In the payload, where only the checksum can tell.
                flip(page + Pages.HEAD + 1000);
                try (PoolStore pool = driver.open(layout, space.node())) {
                    String name = switch (kind) {
                        case SUPERBLOCK -> "superblock";
                        case LEDGER -> "ledger page";
                        case CHANGES -> "change page";
                        case HEADER -> "header";
                        case TABLE -> "layer table";
                        case DIRECTORY -> "directory page";
                        case LEAF -> "map page";
                        case SUMS -> throw new AssertionError("this pool has no sums");
                    };
                    var check = pool.check();
                    if (kind == Pages.Kind.CHANGES) {
                        // It is only a hint: where one copy of it is damaged all is read, and the next writer mends it.
                        assertThat(check.errors()).isEmpty();
                        continue;
                    }
                    assertThat(check.ok()).as("%s at %d", kind, page).isFalse();
                    assertThat(check.errors()).anyMatch(error -> error.contains(name) && error.contains(pv.toString()));
                }
            }
        }
    }

    @Test
    void aDamagedMapPageIsNeverReadAsEmpty() throws IOException {
        long newest = pages(Pages.Kind.LEAF, _ -> true).getFirst();
        flip(newest + Pages.HEAD);
        LuStore store = open(layout).openLu(lu, 2);
        assertFails(StorageError.POOL_DAMAGED, () -> {
            for (int i = 0; i < DATA; i++) {
                read(store, i * (1L << 30), 4096);
            }
        });
    }

    @Test
    void oneDamagedCopyOfTheLedgerTakesNothingFromAnybody() throws IOException {
        flip(pages(Pages.Kind.LEDGER, _ -> true).getFirst() + Pages.HEAD);
        PoolStore pool = open(layout);
        UUID other = UUID.randomUUID();
        LuStore second = newLu(pool, other, 64L * MIB);
        write(second, 0, 8 * MIB, 7);
        second.flush();
        assertAllThere(pool.openLu(lu, 2));
        assertThat(pool.check().errors()).isEmpty();
    }

    @Test
    void aLedgerWithoutAnIntactCopyGivesNothingAway() throws IOException {
        for (long page : pages(Pages.Kind.LEDGER, _ -> true)) {
            flip(page + Pages.HEAD);
        }
        PoolStore pool = open(layout);
        assertFails(StorageError.POOL_DAMAGED, () -> pool.createLu(UUID.randomUUID(), MIB, false, 1));
        assertThat(pool.check().ok()).isFalse();
    }

    @Test
    void pagesTornByACrashFallBackToWhatWasFlushed() throws IOException {
        PoolStore pool = open(layout);
        LuStore store = pool.openLu(lu, 2);
        Path before = folder.resolve("before");
        Files.copy(pv, before);
        for (int i = 0; i < DATA; i++) {
            write(store, i * (1L << 30) + 512L * MIB, 4096, 100 + i);
        }
        store.flush();
        store.abandon();
        pool.close();
        Path after = folder.resolve("after");
        Files.copy(pv, after);
        List<Long> written = changed(before, after);
        assertThat(written).hasSizeGreaterThan(3);
        for (long torn : written) {
            // The crash came before the last sync: this page was torn, and of the rest every second one never arrived.
            Files.copy(after, pv, StandardCopyOption.REPLACE_EXISTING);
            for (int i = 0; i < written.size(); i += 2) {
                copyPage(before, written.get(i), Pages.BYTES);
            }
            copyPage(after, torn, Pages.BYTES);
            copyPage(before, torn, 1024);
            PoolStore crashed = driver.open(layout, space.node());
            LuStore again = crashed.openLu(lu, 3);
            assertAllThere(again);
            write(again, 700L << 30, 64 * 1024, 5);
            again.close();
            assertThat(crashed.check().errors()).as("torn at %d", torn).isEmpty();
            crashed.close();
        }
    }

    /** The metadata pages that the last flush wrote. */
    private List<Long> changed(Path before, Path after) throws IOException {
        List<Long> changed = new ArrayList<>();
        ByteBuffer a = Pages.allocate(1);
        ByteBuffer b = Pages.allocate(1);
        try (FileChannel old = FileChannel.open(before);
                FileChannel fresh = FileChannel.open(after)) {
            for (long at = 0; at + Pages.BYTES <= fresh.size(); at += Pages.BYTES) {
                old.read(a.clear(), at);
                fresh.read(b.clear(), at);
                boolean page = Pages.isSealed(b, 0, Pages.Kind.LEAF)
                        || Pages.isSealed(b, 0, Pages.Kind.DIRECTORY)
                        || Pages.isSealed(b, 0, Pages.Kind.HEADER);
                if (page && !a.flip().equals(b.flip())) {
                    changed.add(at);
                }
            }
        }
        return changed;
    }

    private void copyPage(Path from, long at, int length) throws IOException {
        ByteBuffer part = ByteBuffer.allocate(length);
        try (FileChannel in = FileChannel.open(from);
                FileChannel out = FileChannel.open(pv, StandardOpenOption.WRITE)) {
            in.read(part, at);
            out.write(part.flip(), at);
        }
    }
}
