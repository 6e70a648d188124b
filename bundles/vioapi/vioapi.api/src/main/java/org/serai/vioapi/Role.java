package org.serai.vioapi;

/** What a caller may ask for; each role may do what the ones before it may. */
public enum Role {
    /** Look at everything, and read events. */
    READ,
    /** Run what is there: start and stop partitions, take snapshots, change paths; nothing that loses data. */
    OPERATE,
    /** Everything. */
    ADMINISTER;

    /** Whether this role may do what needs that one. */
    public boolean covers(Role needed) {
        return compareTo(needed) >= 0;
    }
}
