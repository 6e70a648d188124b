package org.serai.scsi.target.mode;

import java.nio.ByteBuffer;
import java.util.Optional;
import org.serai.scsi.spi.ScsiTask;
import org.serai.scsi.target.cdb.Cdb;
import org.serai.scsi.target.lu.DiskUnit;
import org.serai.scsi.target.lu.Modes;
import org.serai.scsi.target.lu.UnitNexus;
import org.serai.scsi.target.sense.CheckCondition;
import org.serai.scsi.target.sense.SenseCode;

/**
 * MODE SELECT(6) and (10) (SPC-4). The whole list is looked at before anything changes; what changes is a
 * unit attention for all other nexuses. With SP all that rules then is saved.
 */
public final class ModeSelect {
    private static final int PAGE_SAVED = 0x80;
    private static final int SUBPAGE_FORMAT = 0x40;
    private static final long ANY_NUMBER = 0xFFFF_FFFFL;

    private ModeSelect() {}

    /** Whether a CDB is one of these. */
    public static boolean is(byte[] cdb) {
        return Cdb.opcode(cdb) == 0x15 || Cdb.opcode(cdb) == 0x55;
    }

    /** MODE SELECT(6). */
    public static void six(UnitNexus unit, ScsiTask task) throws CheckCondition {
        ByteBuffer list = list(task, Cdb.u8(task.cdb(), 4), 4);
        if (list.hasRemaining()) {
            require(list.get(1) == 0, 1);
            blockDescriptor(unit.unit(), list, 4, list.get(3) & 0xFF, 3, false);
            select(unit, list, savesPages(task));
        }
    }

    /** MODE SELECT(10). */
    public static void ten(UnitNexus unit, ScsiTask task) throws CheckCondition {
        ByteBuffer list = list(task, Cdb.u16(task.cdb(), 7), 8);
        if (list.hasRemaining()) {
            require(list.get(2) == 0, 2);
            boolean isLong = (list.get(4) & 1) != 0;
            blockDescriptor(unit.unit(), list, 8, list.getShort(6) & 0xFFFF, 6, isLong);
            select(unit, list, savesPages(task));
        }
    }

    /** SP: what is set rules after a loss of power too. */
    private static boolean savesPages(ScsiTask task) {
        return Cdb.bit(task.cdb(), 1, 0);
    }

    /** The parameter list; empty if its length is zero, which is no error. */
    private static ByteBuffer list(ScsiTask task, int length, int headerBytes) throws CheckCondition {
        byte[] cdb = task.cdb();
        if (!Cdb.bit(cdb, 1, 4)) {
            // PF: pages in a form of our own do not exist
            throw CheckCondition.invalidField(1, 4);
        }
        task.transferLength(length);
        ByteBuffer out = task.dataOut();
        if (length > 0 && (length < headerBytes || out.remaining() < length)) {
            throw CheckCondition.of(SenseCode.PARAMETER_LIST_LENGTH_ERROR);
        }
        return out.slice(out.position(), Math.min(length, out.remaining()));
    }

    /** Neither the number of blocks nor their length can be changed (SBC-3); goes to the first page. */
    private static void blockDescriptor(
            DiskUnit unit, ByteBuffer list, int at, int length, int lengthField, boolean isLong) throws CheckCondition {
        int one = isLong ? 16 : 8;
        require(length == 0 || length == one, lengthField);
        if (at + length > list.limit()) {
            throw CheckCondition.of(SenseCode.PARAMETER_LIST_LENGTH_ERROR);
        }
        if (length > 0) {
            long blocks = isLong ? list.getLong(at) : list.getInt(at) & 0xFFFF_FFFFL;
            int blockBytes = isLong ? list.getInt(at + 12) : list.getInt(at + 4) & 0xFF_FFFF;
            boolean any = blocks == 0 || (isLong ? blocks == -1 : blocks == ANY_NUMBER);
            require(any || blocks == unit.blocks(), at);
            require(blockBytes == DiskUnit.BLOCK_BYTES, isLong ? at + 12 : at + 5);
        }
        list.position(at + length);
    }

    private static void select(UnitNexus nexus, ByteBuffer list, boolean save) throws CheckCondition {
        Modes wanted = nexus.unit().modes();
        while (list.hasRemaining()) {
            wanted = page(list, wanted);
        }
        if (nexus.unit().modes(wanted, save)) {
            nexus.unit().modesChanged(nexus);
        }
    }

    private static Modes page(ByteBuffer list, Modes modes) throws CheckCondition {
        int at = list.position();
        int first = list.get(at);
        boolean sub = (first & SUBPAGE_FORMAT) != 0;
        int headerBytes = sub ? 4 : 2;
        if (list.remaining() < headerBytes) {
            throw CheckCondition.of(SenseCode.PARAMETER_LIST_LENGTH_ERROR);
        }
        require((first & PAGE_SAVED) == 0, at);
        Optional<ModePage> found = ModePage.find(first & 0x3F, sub ? list.get(at + 1) & 0xFF : 0);
        require(found.isPresent(), at);
        ModePage page = found.orElseThrow();
        require(page.headerBytes() == headerBytes, at);
        int length = sub ? list.getShort(at + 2) & 0xFFFF : list.get(at + 1) & 0xFF;
        require(length == page.length(), sub ? at + 2 : at + 1);
        if (list.remaining() < headerBytes + length) {
            throw CheckCondition.of(SenseCode.PARAMETER_LIST_LENGTH_ERROR);
        }
        byte[] body = new byte[length];
        list.position(at + headerBytes).get(body);
        requireChangeable(page, modes, body, at + headerBytes);
        return page.taken(body, modes);
    }

    private static void requireChangeable(ModePage page, Modes modes, byte[] body, int at) throws CheckCondition {
        byte[] now = new byte[body.length];
        byte[] mask = new byte[body.length];
        page.put(modes, now);
        page.putChangeable(mask);
        for (int i = 0; i < body.length; i++) {
            require(((body[i] ^ now[i]) & ~mask[i]) == 0, at + i);
        }
    }

    private static void require(boolean valid, int field) throws CheckCondition {
        if (!valid) {
            throw CheckCondition.invalidParameter(field);
        }
    }
}
