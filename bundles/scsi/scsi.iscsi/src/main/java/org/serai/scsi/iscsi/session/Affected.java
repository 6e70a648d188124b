package org.serai.scsi.iscsi.session;

/**
 * The tasks that a task management function ends (RFC 7143, 4.2.3.2), as far as they are the session's.
 *
 * @param all whether those of all LUNs are
 * @param lun else the LUN
 */
record Affected(boolean all, long lun) {
    boolean includes(long other) {
        return all || LunField.same(lun, other);
    }
}
