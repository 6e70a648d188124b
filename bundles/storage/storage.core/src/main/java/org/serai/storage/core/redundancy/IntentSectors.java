package org.serai.storage.core.redundancy;

import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.serai.storage.spi.LuStore;

/**
 * How the regions that may differ are written down: in sectors of 512 bytes, the unit that storage writes whole or not at
 * all. A sector has its checksum, a mark, its number, what is said of the other side, and a bit for each of
 * {@value #REGIONS} regions; of one that cannot be read all regions may differ. What the first one says of the other side
 * counts: 1 if that is behind, 0 if nothing is known of it.
 */
final class IntentSectors {
    static final int BYTES = 512;
    static final int HEAD_BYTES = 16;
    static final int REGIONS = (BYTES - HEAD_BYTES) * 8;
    private static final int MARK = 0x5352494e;

    private IntentSectors() {}

    static int count(int regions) {
        return Math.ceilDiv(regions, REGIONS);
    }

    static void encode(BitSet dirty, int sector, boolean otherIsBehind, ByteBuffer into) {
        for (int i = 0; i < BYTES - HEAD_BYTES; i++) {
            int bits = 0;
            for (int b = 0; b < 8; b++) {
                bits |= dirty.get(sector * REGIONS + i * 8 + b) ? 1 << b : 0;
            }
            into.put(HEAD_BYTES + i, (byte) bits);
        }
        into.putInt(4, MARK).putInt(8, sector).putInt(12, otherIsBehind ? 1 : 0).putInt(0, sum(into));
    }

    /** Adds what an LU of intents says. */
    static void load(LuStore intent, int regions, BitSet dirty) {
        for (int sector = 0; sector < count(regions); sector++) {
            ByteBuffer found = ByteBuffer.allocateDirect(BYTES);
            intent.read((long) sector * BYTES, found);
            decode(found, sector, dirty);
        }
        dirty.clear(regions, Math.max(regions, dirty.length()));
    }

    /** Whether an LU of intents says that the other side is behind; empty if it cannot be read. */
    static Optional<Boolean> otherIsBehind(LuStore intent) {
        ByteBuffer found = ByteBuffer.allocateDirect(BYTES);
        intent.read(0, found);
        return isWhole(found, 0) ? Optional.of(found.getInt(12) == 1) : Optional.empty();
    }

    private static boolean isWhole(ByteBuffer found, int sector) {
        return found.getInt(0) == sum(found) && found.getInt(4) == MARK && found.getInt(8) == sector;
    }

    private static void decode(ByteBuffer found, int sector, BitSet dirty) {
        if (!isWhole(found, sector)) {
            dirty.set(sector * REGIONS, (sector + 1) * REGIONS);
            return;
        }
        for (int i = 0; i < REGIONS; i++) {
            if ((found.get(HEAD_BYTES + i / 8) & 1 << i % 8) != 0) {
                dirty.set(sector * REGIONS + i);
            }
        }
    }

    private static int sum(ByteBuffer sector) {
        CRC32C crc = new CRC32C();
        crc.update(sector.slice(4, BYTES - 4));
        return (int) crc.getValue();
    }
}
