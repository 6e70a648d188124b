package org.serai.cluster;

/**
 * The host component id of a CEC: serial number, machine type and model. An id whose source is {@link Source#DERIVED}
 * identifies the operating system, not the machine, and is shown so.
 */
public record HostId(String serial, String type, String model, Source source) {
    /** Where the id was read. */
    public enum Source {
        /** The machine's DMI tables. */
        DMI,
        /** Configuration: {@code cec.serial}, {@code cec.type}, {@code cec.model}. */
        CONFIGURED,
        /** Derived from the operating system's machine id. */
        DERIVED
    }

    /** The id in the form of a location code, for example {@code U8286.42A.1234567}. */
    public String locationCode() {
        return "U" + type + "." + model + "." + serial;
    }
}
