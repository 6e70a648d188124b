package org.serai.launcher.bench;

/** A cluster in this JVM, whose first member sends messages of 1 KiB and waits for receipts. Used by several threads. */
interface MessageSide extends AutoCloseable {
    /** The payload of a message. */
    int PAYLOAD_BYTES = 1024;

    /** To the second member, until it has confirmed. */
    void directed() throws Exception;

    /** To all others, until all have confirmed. */
    void broadcast() throws Exception;

    @Override
    void close();
}
