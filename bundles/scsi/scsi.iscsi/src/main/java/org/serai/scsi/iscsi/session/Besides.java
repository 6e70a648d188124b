package org.serai.scsi.iscsi.session;

import java.io.IOException;

/** How a connection lets commands be executed beside its own thread. */
public interface Besides {
    /** Runs work on a thread of its own; false if there is as much of that as there may be. */
    boolean begin(Runnable work);

    /** What is said to the initiator. */
    @FunctionalInterface
    interface Answer {
        /** Writes it. */
        void write() throws IOException;
    }

    /** Answers while no PDU is handled; does nothing once the connection is closed. */
    void answer(Answer answer);
}
