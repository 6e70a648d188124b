package org.serai.scsi.target.mode;

import java.nio.ByteBuffer;
import org.serai.scsi.spi.ScsiTask;
import org.serai.scsi.target.cdb.Cdb;
import org.serai.scsi.target.cdb.Reply;
import org.serai.scsi.target.lu.DiskUnit;
import org.serai.scsi.target.lu.Modes;
import org.serai.scsi.target.lu.UnitNexus;
import org.serai.scsi.target.lu.UnitState;
import org.serai.scsi.target.sense.CheckCondition;

/** MODE SENSE(6) and (10) (SPC-4). */
public final class ModeSense {
    private static final int ALL_PAGES = 0x3F;
    private static final int ALL_SUBPAGES = 0xFF;
    private static final int CHANGEABLE_VALUES = 1;
    private static final int DEFAULT_VALUES = 2;
    private static final int SAVED_VALUES = 3;
    private static final byte DPO_AND_FUA = 0x10;
    private static final int WRITE_PROTECTED = 0x80;
    private static final int MAX_BYTES = 256;

    private ModeSense() {}

    /** MODE SENSE(6). */
    public static void six(UnitNexus unit, ScsiTask task) throws CheckCondition {
        byte[] cdb = task.cdb();
        ByteBuffer data = ByteBuffer.allocate(MAX_BYTES).position(4);
        boolean descriptor = !Cdb.bit(cdb, 1, 3);
        if (descriptor) {
            shortDescriptor(unit.unit(), data);
        }
        pages(cdb, unit.unit().seen(), data);
        data.put(0, (byte) (data.position() - 1))
                .put(2, deviceSpecific(unit.unit()))
                .put(3, (byte) (descriptor ? 8 : 0));
        Reply.send(task, data, Cdb.u8(cdb, 4));
    }

    /** MODE SENSE(10). */
    public static void ten(UnitNexus unit, ScsiTask task) throws CheckCondition {
        byte[] cdb = task.cdb();
        ByteBuffer data = ByteBuffer.allocate(MAX_BYTES).position(8);
        boolean descriptor = !Cdb.bit(cdb, 1, 3);
        boolean isLong = Cdb.bit(cdb, 1, 4);
        if (descriptor && isLong) {
            data.putLong(unit.unit().blocks()).putInt(0).putInt(DiskUnit.BLOCK_BYTES);
        } else if (descriptor) {
            shortDescriptor(unit.unit(), data);
        }
        int descriptorBytes = data.position() - 8;
        pages(cdb, unit.unit().seen(), data);
        data.putShort(0, (short) (data.position() - 2)).put(3, deviceSpecific(unit.unit()));
        data.put(4, (byte) (descriptorBytes == 16 ? 1 : 0)).putShort(6, (short) descriptorBytes);
        Reply.send(task, data, Cdb.u16(cdb, 7));
    }

    /** DEVICE-SPECIFIC PARAMETER (SBC-3): WP tells of an LU that is only for reading and of software write protection alike. */
    private static byte deviceSpecific(DiskUnit unit) {
        boolean isProtected = unit.lu().isReadOnly() || unit.modes().softwareWriteProtect();
        return (byte) (isProtected ? WRITE_PROTECTED | DPO_AND_FUA : DPO_AND_FUA);
    }

    /** SBC-3: a number of blocks that does not fit is written as all ones. */
    private static void shortDescriptor(DiskUnit unit, ByteBuffer data) {
        data.putInt((int) Math.min(unit.blocks(), 0xFFFF_FFFFL)).putInt(DiskUnit.BLOCK_BYTES);
    }

    private static void pages(byte[] cdb, UnitState state, ByteBuffer data) throws CheckCondition {
        int control = Cdb.u8(cdb, 2) >> 6;
        int code = Cdb.u8(cdb, 2) & 0x3F;
        int subpage = Cdb.u8(cdb, 3);
        if (code == ALL_PAGES && subpage != 0 && subpage != ALL_SUBPAGES) {
            throw CheckCondition.invalidField(3);
        }
        boolean any = false;
        boolean codeKnown = false;
        for (ModePage page : ModePage.values()) {
            boolean codeMatches = code == ALL_PAGES || page.code() == code;
            codeKnown |= codeMatches;
            if (codeMatches && (subpage == ALL_SUBPAGES || page.subpage() == subpage)) {
                page.append(values(page, control, state), data);
                any = true;
            }
        }
        if (!any) {
            throw codeKnown ? CheckCondition.invalidField(3) : CheckCondition.invalidField(2, 5);
        }
    }

    private static byte[] values(ModePage page, int control, UnitState state) {
        byte[] body = new byte[page.length()];
        switch (control) {
            case CHANGEABLE_VALUES -> page.putChangeable(body);
            case DEFAULT_VALUES -> page.put(Modes.DEFAULT, body);
            case SAVED_VALUES -> page.put(state.saved(), body);
            default -> page.put(state.modes().orElse(state.saved()), body);
        }
        return body;
    }
}
