package org.serai.scsi.iscsi.session;

/** The sequence numbers that answers carry: the connection's own, and those of its session's commands. */
final class Numbering {
    private final CommandWindow window;
    private int statSn;

    Numbering(int firstStatSn, CommandWindow window) {
        statSn = firstStatSn;
        this.window = window;
    }

    CommandWindow window() {
        return window;
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
        return window.expCmdSn();
    }

    int maxCmdSn() {
        return window.maxCmdSn();
    }
}
