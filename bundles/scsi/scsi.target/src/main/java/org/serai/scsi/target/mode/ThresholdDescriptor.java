package org.serai.scsi.target.mode;

import java.nio.ByteBuffer;
import org.serai.scsi.target.lu.Threshold;

/** The threshold descriptors of the logical block provisioning mode page (SBC-3), in their order. */
enum ThresholdDescriptor {
    /** Available LBA mapping resources, of which fewer and fewer are left. */
    AVAILABLE(12, 0x01, 0),
    /** Used LBA mapping resources, which become more and more. */
    USED(20, 0x02, 1);

    private static final byte ENABLED = (byte) 0x80;

    private final int at;
    private final byte resource;
    private final byte arming;

    /** @param at where it is behind the header of the page */
    ThresholdDescriptor(int at, int resource, int arming) {
        this.at = at;
        this.resource = (byte) resource;
        this.arming = (byte) arming;
    }

    void put(Threshold threshold, byte[] body) {
        body[at] = (byte) ((threshold.enabled() ? ENABLED : 0) | arming);
        body[at + 1] = resource;
        ByteBuffer.wrap(body).putInt(at + 4, (int) threshold.count());
    }

    void putChangeable(byte[] body) {
        body[at] = ENABLED;
        ByteBuffer.wrap(body).putInt(at + 4, -1);
    }

    Threshold taken(byte[] body) {
        long count = Integer.toUnsignedLong(ByteBuffer.wrap(body).getInt(at + 4));
        return new Threshold((body[at] & ENABLED) != 0, count);
    }
}
