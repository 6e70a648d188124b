package org.serai.scsi.iscsi.session;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.serai.scsi.spi.ScsiTask;

/** What a session does with its LUNs. No lock, and no allocation but at the first command of a LUN. */
public final class Statistics {
    /** LUNs beyond are not counted. */
    private static final int LUNS = 256;

    private static final int REPORT_LUNS = 0xA0;
    private static final int INQUIRY = 0x12;
    private static final int REQUEST_SENSE = 0x03;

    private final AtomicReferenceArray<UnitStatistics> units = new AtomicReferenceArray<>(LUNS);

    /** Counts a command that has been executed. */
    void count(ScsiTask task, long readBytes, long writtenBytes, long nanos) {
        int lun = LunField.number(task.lun());
        if (lun < 0 || lun >= LUNS) {
            return;
        }
        UnitStatistics unit = units.getPlain(lun);
        if (unit == null) {
            unit = first(lun, task);
        }
        if (unit != null) {
            unit.count(task.status() == 0, readBytes, writtenBytes, nanos);
        }
    }

    /** A LUN is counted from the first command on that tells that it exists. */
    private UnitStatistics first(int lun, ScsiTask task) {
        int opcode = task.cdb()[0] & 0xFF;
        if (task.status() != 0 || opcode == REPORT_LUNS || opcode == INQUIRY || opcode == REQUEST_SENSE) {
            return null;
        }
        UnitStatistics made = new UnitStatistics();
        return units.compareAndSet(lun, null, made) ? made : units.get(lun);
    }

    /** The LUNs that were used. */
    public Map<Integer, UnitStatistics> units() {
        Map<Integer, UnitStatistics> used = new TreeMap<>();
        for (int lun = 0; lun < LUNS; lun++) {
            UnitStatistics unit = units.get(lun);
            if (unit != null) {
                used.put(lun, unit);
            }
        }
        return used;
    }
}
