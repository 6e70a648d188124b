package org.serai.scsi.iscsi.session;

/** The sequence numbers of a session with one connection (RFC 7143, 4.2.2), in serial arithmetic. */
final class Numbering {
    /** How many commands may wait for their data at once. */
    static final int WINDOW = 128;

    private int statSn;
    private int expCmdSn;
    private int waiting;

    Numbering(int firstStatSn, int firstCmdSn) {
        statSn = firstStatSn;
        expCmdSn = firstCmdSn;
    }

    /** The StatSN of the next status, which it takes. */
    int takeStatSn() {
        return statSn++;
    }

    /** The StatSN of the next status. */
    int nextStatSn() {
        return statSn;
    }

    int expCmdSn() {
        return expCmdSn;
    }

    /** Never goes back: a command that begins to wait takes its own place in the window with it. */
    int maxCmdSn() {
        return expCmdSn + WINDOW - waiting - 1;
    }

    boolean inWindow(int cmdSn) {
        return cmdSn - expCmdSn >= 0 && maxCmdSn() - cmdSn >= 0;
    }

    void received() {
        expCmdSn++;
    }

    void waiting(int commands) {
        waiting = commands;
    }
}
