package org.serai.scsi.target.command;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.UUID;
import java.util.function.BiConsumer;
import org.serai.scsi.ExportSpec.HostPage;
import org.serai.scsi.spi.ScsiTask;
import org.serai.scsi.target.copy.CopyLimits;
import org.serai.scsi.target.lu.DeviceName;
import org.serai.scsi.target.lu.DiskUnit;
import org.serai.scsi.target.lu.ThinSpace;
import org.serai.scsi.target.sense.CheckCondition;
import org.serai.scsi.target.sense.SenseData;

/** Vital product data (SPC-4 and SBC-3). */
enum VpdPages {
    /** Supported VPD pages (SPC-4). */
    SUPPORTED(0x00, (unit, page) -> {
        for (VpdPages each : values()) {
            page.put((byte) each.code);
        }
    }),
    /** Unit serial number: the LU's UUID. */
    SERIAL(0x80, (unit, page) -> page.put(Inquiry.ascii(unit.disk().serial().toString()))),
    /** Device identification. */
    IDENTIFICATION(0x83, VpdPages::identification),
    /** Extended INQUIRY data: simple task attribute; a volatile cache; all sense data. */
    EXTENDED(
            0x86,
            (unit, page) -> page.put(5, (byte) 0x01)
                    .put(6, (byte) 0x01)
                    .put(13, (byte) SenseData.MAX_BYTES)
                    .position(64)),
    /** Third-party copy. */
    THIRD_PARTY_COPY(0x8F, (unit, page) -> CopyLimits.thirdPartyCopy(page)),
    /** Block limits (SBC-3): granularity of a physical block. */
    BLOCK_LIMITS(0xB0, VpdPages::limits),
    /** Block device characteristics (SBC-3): nothing rotates; after a block erase reads are done (WABEREQ 01b). */
    CHARACTERISTICS(
            0xB1,
            (unit, page) -> page.putShort(4, (short) 1).put(7, (byte) 0x40).position(64)),
    /** Logical block provisioning (SBC-3): UNMAP and WRITE SAME give blocks back, which then read as zero. */
    PROVISIONING(0xB2, VpdPages::provisioning),
    /** Vendor specific: where the disk is served; its layout is in the bundle's README. */
    HOST(0xC0, VpdPages::host);

    private static final int OPTIMAL_BYTES = 1 << 20;
    private static final byte LBPU_LBPWS_LBPWS10_LBPRZ = (byte) 0xE4;
    private static final byte THIN = 2;
    private static final int HEADER_BYTES = 4;
    private static final int MAX_BYTES = 512;
    private static final int MAX_HOST_ID_BYTES = 255;
    private static final int HOST_PAGE_VERSION = 1;

    private final int code;
    private final BiConsumer<DiskUnit, ByteBuffer> content;

    VpdPages(int code, BiConsumer<DiskUnit, ByteBuffer> content) {
        this.code = code;
        this.content = content;
    }

    /** A page of a unit; INVALID FIELD IN CDB if there is none with that code. */
    static byte[] page(int code, DiskUnit unit) throws CheckCondition {
        for (VpdPages each : values()) {
            if (each.code == code) {
                ByteBuffer page = ByteBuffer.allocate(MAX_BYTES);
                page.position(HEADER_BYTES);
                each.content.accept(unit, page);
                page.put(1, (byte) code).putShort(2, (short) (page.position() - HEADER_BYTES));
                return Arrays.copyOf(page.array(), page.position());
            }
        }
        throw CheckCondition.invalidField(2);
    }

    private static void identification(DiskUnit unit, ByteBuffer page) {
        UUID serial = unit.disk().serial();
        // NAA, binary, of the logical unit
        page.put((byte) 0x01)
                .put((byte) 0x03)
                .put((byte) 0)
                .put((byte) Long.BYTES)
                .putLong(DeviceName.naa(serial));
        byte[] vendor = Inquiry.ascii(Inquiry.VENDOR + serial);
        // T10 vendor ID, ASCII, of the logical unit
        page.put((byte) 0x02)
                .put((byte) 0x01)
                .put((byte) 0)
                .put((byte) vendor.length)
                .put(vendor);
        // relative target port identifier, binary, of the target port
        page.put((byte) 0x51).put((byte) 0x14).put((byte) 0).put((byte) 4).putInt(unit.targetPort());
        // target port group, binary, of the target port: each group has one port
        page.put((byte) 0x51).put((byte) 0x15).put((byte) 0).put((byte) 4).putInt(unit.targetPort());
    }

    private static void limits(DiskUnit unit, ByteBuffer page) {
        page.put(4, (byte) 1).put(5, (byte) AtomicUpdate.MAX_COMPARE_BLOCKS); // WSNZ
        page.putShort(6, (short) (1 << Capacity.PHYSICAL_BLOCK_EXPONENT));
        page.putInt(8, ScsiTask.MAX_TRANSFER_BYTES / DiskUnit.BLOCK_BYTES);
        page.putInt(12, OPTIMAL_BYTES / DiskUnit.BLOCK_BYTES);
        if (unit.lu().givesBack()) {
            page.putInt(20, (int) Provisioning.MAX_UNMAP_BLOCKS).putInt(24, Provisioning.MAX_UNMAP_DESCRIPTORS);
            page.putInt(28, 1 << Capacity.PHYSICAL_BLOCK_EXPONENT);
        }
        int atomic = WriteAtomic.maxBlocks(unit);
        if (atomic > 0) {
            // any alignment within a part of that length, any granularity, no boundaries of its own
            page.putInt(44, atomic).putInt(48, 1).putInt(52, 1);
        }
        page.putLong(36, WriteSame.MAX_BLOCKS).position(64);
    }

    private static void provisioning(DiskUnit unit, ByteBuffer page) {
        if (unit.lu().givesBack()) {
            page.put(4, (byte) ThinSpace.THRESHOLD_EXPONENT)
                    .put(5, LBPU_LBPWS_LBPWS10_LBPRZ)
                    .put(6, THIN);
        }
        page.position(8);
    }

    private static void host(DiskUnit unit, ByteBuffer page) {
        HostPage host = unit.disk().hostPage();
        byte[] id = Inquiry.ascii(host.hostComponentId());
        int length = Math.min(id.length, MAX_HOST_ID_BYTES);
        page.put((byte) HOST_PAGE_VERSION).position(8);
        page.putLong(host.vios().getMostSignificantBits()).putLong(host.vios().getLeastSignificantBits());
        page.putLong(host.adapterId()).put((byte) length).put(id, 0, length);
    }
}
