package org.serai.scsi.target.command;

import java.nio.ByteBuffer;
import org.serai.scsi.spi.ScsiTask;
import org.serai.scsi.target.cdb.Cdb;
import org.serai.scsi.target.cdb.Reply;
import org.serai.scsi.target.lu.DiskUnit;
import org.serai.scsi.target.lu.MediumErrors;
import org.serai.scsi.target.lu.ThinSpace;
import org.serai.scsi.target.lu.UnitNexus;
import org.serai.scsi.target.sense.CheckCondition;
import org.serai.scsi.target.sense.SenseCode;

/**
 * LOG SENSE and LOG SELECT (SPC-4): what a monitoring tool reads of a disk. Temperature and wear are not
 * there, since a virtual disk has none.
 */
final class LogPages {
    private static final int ALL_SUBPAGES = 0xFF;
    private static final int CUMULATIVE_VALUES = 1;
    private static final int TOTAL_UNCORRECTED_ERRORS = 0x0006;
    private static final int AVAILABLE_RESOURCES = 0x0001;
    private static final int USED_RESOURCES = 0x0002;

    /** SCOPE: of this unit alone, or of others too. */
    private static final byte DEDICATED = 0x01;

    private static final byte SHARED = 0x02;
    private static final int HEADER_BYTES = 4;
    private static final int MAX_BYTES = 64;

    /** A bounded data counter (SPC-4). */
    private static final byte COUNTER = 0x00;

    /** A binary format list parameter (SPC-4). */
    private static final byte BINARY_LIST = 0x03;

    /** The pages, ascending by code. */
    private enum Page {
        /** Supported log pages (SPC-4), with subpage FFh those with subpages. */
        SUPPORTED(0x00),
        /** Write error counters (SPC-4). */
        WRITE_ERRORS(0x02),
        /** Read error counters (SPC-4). */
        READ_ERRORS(0x03),
        /** Logical block provisioning (SBC-3). */
        PROVISIONING(0x0C),
        /** Informational exceptions (SPC-4): none. */
        EXCEPTIONS(0x2F);

        private final int code;

        Page(int code) {
            this.code = code;
        }
    }

    private LogPages() {}

    static void sense(UnitNexus nexus, ScsiTask task) throws CheckCondition {
        byte[] cdb = task.cdb();
        if (Cdb.bit(cdb, 1, 0)) {
            // SP: nothing is saved
            throw CheckCondition.invalidField(1, 0);
        }
        int code = Cdb.u8(cdb, 2) & 0x3F;
        int subpage = Cdb.u8(cdb, 3);
        Page page = find(code);
        boolean list = page == Page.SUPPORTED && subpage == ALL_SUBPAGES;
        if (subpage != 0 && !list) {
            throw CheckCondition.invalidField(3);
        }
        ByteBuffer data = ByteBuffer.allocate(MAX_BYTES).position(HEADER_BYTES);
        int from = Cdb.u16(cdb, 5);
        parameters(page, nexus.unit(), list, from, data);
        // DS: this page is not saved; SPF only where a subpage is meant
        data.put(0, (byte) (0x80 | (list ? 0x40 : 0) | code)).put(1, (byte) subpage);
        data.putShort(2, (short) (data.position() - HEADER_BYTES));
        Reply.send(task, data, Cdb.u16(cdb, 7));
    }

    private static Page find(int code) throws CheckCondition {
        for (Page each : Page.values()) {
            if (each.code == code) {
                return each;
            }
        }
        throw CheckCondition.invalidField(2, 5);
    }

    private static void parameters(Page page, DiskUnit unit, boolean subpages, int from, ByteBuffer data)
            throws CheckCondition {
        switch (page) {
            case SUPPORTED -> {
                requireFrom(from, 0);
                for (Page each : Page.values()) {
                    data.put((byte) each.code);
                    if (subpages) {
                        data.put((byte) 0);
                    }
                }
                if (subpages) {
                    data.put((byte) 0).put((byte) ALL_SUBPAGES);
                }
            }
            case WRITE_ERRORS -> counter(from, unit.errors().writes(), data);
            case READ_ERRORS -> counter(from, unit.errors().reads(), data);
            case PROVISIONING -> provisioning(from, unit.space(), data);
            case EXCEPTIONS -> {
                requireFrom(from, 0);
                data.putShort((short) 0).put(BINARY_LIST).put((byte) 4).putInt(0);
            }
        }
    }

    private static void provisioning(int from, ThinSpace space, ByteBuffer data) throws CheckCondition {
        requireFrom(from, USED_RESOURCES);
        if (from <= AVAILABLE_RESOURCES) {
            space.available().ifPresent(count -> resources(AVAILABLE_RESOURCES, count, SHARED, data));
        }
        resources(USED_RESOURCES, space.used(), DEDICATED, data);
    }

    private static void resources(int parameter, long count, byte scope, ByteBuffer data) {
        data.putShort((short) parameter).put(BINARY_LIST).put((byte) Long.BYTES);
        data.putInt((int) count).put(scope).put((byte) 0).putShort((short) 0);
    }

    private static void counter(int from, long value, ByteBuffer data) throws CheckCondition {
        requireFrom(from, TOTAL_UNCORRECTED_ERRORS);
        data.putShort((short) TOTAL_UNCORRECTED_ERRORS).put(COUNTER).put((byte) Long.BYTES);
        data.putLong(value);
    }

    /** PARAMETER POINTER beyond the last parameter is refused (SPC-4). */
    private static void requireFrom(int pointer, int last) throws CheckCondition {
        if (pointer > last) {
            throw CheckCondition.invalidField(5);
        }
    }

    /** LOG SELECT: counters can be set to zero, all at once (PCR); nothing else can be changed. */
    static void select(UnitNexus nexus, ScsiTask task) throws CheckCondition {
        byte[] cdb = task.cdb();
        if (Cdb.bit(cdb, 1, 0)) {
            throw CheckCondition.invalidField(1, 0);
        }
        if (Cdb.u16(cdb, 7) != 0) {
            throw CheckCondition.invalidField(7);
        }
        if (Cdb.u8(cdb, 2) >> 6 > CUMULATIVE_VALUES && !Cdb.bit(cdb, 1, 1)) {
            // thresholds and default values: there are none
            throw CheckCondition.invalidField(2, 7);
        }
        MediumErrors errors = nexus.unit().errors();
        if (Cdb.bit(cdb, 1, 1) && errors.clear()) {
            nexus.unit().attendOthers(nexus, SenseCode.LOG_PARAMETERS_CHANGED);
        }
    }
}
