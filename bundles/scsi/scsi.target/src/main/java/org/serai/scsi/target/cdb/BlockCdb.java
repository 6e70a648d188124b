package org.serai.scsi.target.cdb;

/** The four layouts of CDBs that name a range of logical blocks (SBC-3; SPC-4, fixed length CDB formats). */
public enum BlockCdb {
    /** 21-bit LBA, 8-bit length of which 0 means 256, no flags. */
    SIX {
        @Override
        public long lba(byte[] cdb) {
            return Cdb.u24(cdb, 1) & 0x1F_FFFF;
        }

        @Override
        public long blocks(byte[] cdb) {
            int length = Cdb.u8(cdb, 4);
            return length == 0 ? 256 : length;
        }

        @Override
        public int protect(byte[] cdb) {
            return 0;
        }

        @Override
        public boolean forceUnitAccess(byte[] cdb) {
            return false;
        }
    },
    /** 32-bit LBA, 16-bit length. */
    TEN {
        @Override
        public long lba(byte[] cdb) {
            return Cdb.u32(cdb, 2);
        }

        @Override
        public long blocks(byte[] cdb) {
            return Cdb.u16(cdb, 7);
        }
    },
    /** 32-bit LBA, 32-bit length. */
    TWELVE {
        @Override
        public long lba(byte[] cdb) {
            return Cdb.u32(cdb, 2);
        }

        @Override
        public long blocks(byte[] cdb) {
            return Cdb.u32(cdb, 6);
        }
    },
    /** 64-bit LBA, 32-bit length. */
    SIXTEEN {
        @Override
        public long lba(byte[] cdb) {
            return Cdb.u64(cdb, 2);
        }

        @Override
        public long blocks(byte[] cdb) {
            return Cdb.u32(cdb, 10);
        }
    };

    /** The first logical block; negative if it is 2^63 or more. */
    public abstract long lba(byte[] cdb);

    /** How many logical blocks. */
    public abstract long blocks(byte[] cdb);

    /** RDPROTECT, WRPROTECT or VRPROTECT. */
    public int protect(byte[] cdb) {
        return Cdb.u8(cdb, 1) >> 5;
    }

    /** FUA. DPO, beside it, is a hint about a cache that is not ours, and heeded by ignoring it. */
    public boolean forceUnitAccess(byte[] cdb) {
        return Cdb.bit(cdb, 1, 3);
    }
}
