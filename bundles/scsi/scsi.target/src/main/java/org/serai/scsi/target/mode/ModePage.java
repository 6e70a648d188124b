package org.serai.scsi.target.mode;

import java.nio.ByteBuffer;
import java.util.Optional;
import org.serai.scsi.target.lu.Modes;

/** The mode pages of a disk, by page and subpage code, in the order in which they are returned (SPC-4 and SBC-3). */
enum ModePage {
    /** Read-write error recovery (SBC-3): nothing to recover from at this level; thresholds are told of (LBPERE). */
    RECOVERY(0x01, 0, 0x0A) {
        @Override
        void put(Modes modes, byte[] body) {
            body[5] = LBPERE;
        }
    },
    /** Caching (SBC-3): WCE. */
    CACHING(0x08, 0, 0x12) {
        @Override
        void put(Modes modes, byte[] body) {
            body[0] = modes.writeCache() ? WCE : 0;
        }

        @Override
        void putChangeable(byte[] body) {
            body[0] = WCE;
        }

        @Override
        Modes taken(byte[] body, Modes modes) {
            return modes.writeCache((body[0] & WCE) != 0);
        }
    },
    /** Control (SPC-4): unrestricted reordering, which is all that a disk without an order of its own can promise. */
    CONTROL(0x0A, 0, 0x0A) {
        @Override
        void put(Modes modes, byte[] body) {
            body[0] = modes.descriptorSense() ? D_SENSE : 0;
            body[1] = UNRESTRICTED_REORDERING;
            body[2] = modes.softwareWriteProtect() ? SWP : 0;
        }

        @Override
        void putChangeable(byte[] body) {
            body[0] = D_SENSE;
            body[2] = SWP;
        }

        @Override
        Modes taken(byte[] body, Modes modes) {
            return modes.control((body[2] & SWP) != 0, (body[0] & D_SENSE) != 0);
        }
    },
    /** Control extension (SPC-4). */
    CONTROL_EXTENSION(0x0A, 1, 0x1C),
    /** Informational exceptions control (SBC-3): none are reported, so that MRIE is zero. */
    EXCEPTIONS(0x1C, 0, 0x0A),
    /** Logical block provisioning (SBC-3): a threshold for what is left for the LU, and one for what it uses. */
    PROVISIONING(0x1C, 2, 0x1C) {
        @Override
        void put(Modes modes, byte[] body) {
            ThresholdDescriptor.AVAILABLE.put(modes.available(), body);
            ThresholdDescriptor.USED.put(modes.used(), body);
        }

        @Override
        void putChangeable(byte[] body) {
            ThresholdDescriptor.AVAILABLE.putChangeable(body);
            ThresholdDescriptor.USED.putChangeable(body);
        }

        @Override
        Modes taken(byte[] body, Modes modes) {
            return modes.thresholds(ThresholdDescriptor.AVAILABLE.taken(body), ThresholdDescriptor.USED.taken(body));
        }
    };

    private static final byte LBPERE = (byte) 0x80;

    private static final byte WCE = 0x04;
    private static final byte D_SENSE = 0x04;
    private static final byte SWP = 0x08;
    private static final byte UNRESTRICTED_REORDERING = 0x10;
    private static final int SUBPAGE_FORMAT = 0x40;
    private static final int PAGE_SAVABLE = 0x80;

    private final int code;
    private final int subpage;
    private final int length;

    ModePage(int code, int subpage, int length) {
        this.code = code;
        this.subpage = subpage;
        this.length = length;
    }

    /** What follows the header, as it is with these modes. */
    void put(Modes modes, byte[] body) {
        // zeros, unless a page says otherwise
    }

    /** Ones where a value can be changed. */
    void putChangeable(byte[] body) {
        // nothing, unless a page says otherwise
    }

    /** The modes with what this page changes in them. */
    Modes taken(byte[] body, Modes modes) {
        return modes;
    }

    int code() {
        return code;
    }

    int subpage() {
        return subpage;
    }

    int length() {
        return length;
    }

    int headerBytes() {
        return subpage == 0 ? 2 : 4;
    }

    static Optional<ModePage> find(int code, int subpage) {
        for (ModePage each : values()) {
            if (each.code == code && each.subpage == subpage) {
                return Optional.of(each);
            }
        }
        return Optional.empty();
    }

    /** PS: what can be changed can be saved. */
    private int savable() {
        byte[] mask = new byte[length];
        putChangeable(mask);
        for (byte each : mask) {
            if (each != 0) {
                return PAGE_SAVABLE;
            }
        }
        return 0;
    }

    void append(byte[] body, ByteBuffer data) {
        if (subpage == 0) {
            data.put((byte) (savable() | code)).put((byte) length);
        } else {
            data.put((byte) (savable() | SUBPAGE_FORMAT | code))
                    .put((byte) subpage)
                    .putShort((short) length);
        }
        data.put(body);
    }
}
