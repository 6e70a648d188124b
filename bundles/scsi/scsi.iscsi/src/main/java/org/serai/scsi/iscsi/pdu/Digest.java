package org.serai.scsi.iscsi.pdu;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** CRC32C digests (RFC 7143, 13.1), without allocation. */
final class Digest {
    static final int BYTES = 4;

    private final CRC32C crc = new CRC32C();
    private final ByteBuffer view;

    /** Digests over parts of that buffer. */
    Digest(ByteBuffer buffer) {
        view = buffer.duplicate();
    }

    /** The digest as it stands on the wire, read as a big-endian integer. */
    int of(int from, int length) {
        crc.reset();
        crc.update(view.clear().position(from).limit(from + length));
        return wireOrder();
    }

    /** The digest of what lies between position and limit, which stay, and of a padding of zeros behind it. */
    int of(ByteBuffer data, int padding) {
        int position = data.position();
        crc.reset();
        crc.update(data);
        data.position(position);
        for (int i = 0; i < padding; i++) {
            crc.update(0);
        }
        return wireOrder();
    }

    private int wireOrder() {
        // the CRC goes out with its least significant byte first
        return Integer.reverseBytes((int) crc.getValue());
    }
}
