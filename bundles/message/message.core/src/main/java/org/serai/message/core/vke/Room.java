package org.serai.message.core.vke;

/** Room for so many things of so many bytes. A thing that is larger than all of it finds room when it is empty. */
public final class Room {
    private final int max;
    private final long maxBytes;
    private int count;
    private long bytes;

    /** Empty. */
    public Room(int max, long maxBytes) {
        this.max = max;
        this.maxBytes = maxBytes;
    }

    /** False, and nothing is taken, if there is too little. */
    public synchronized boolean take(long size) {
        if (count >= max || count > 0 && bytes + size > maxBytes) {
            return false;
        }
        count++;
        bytes += size;
        return true;
    }

    /** Gives back what one thing has taken. */
    public synchronized void give(long size) {
        count--;
        bytes -= size;
    }
}
