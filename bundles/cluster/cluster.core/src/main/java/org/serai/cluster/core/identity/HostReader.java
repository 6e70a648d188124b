package org.serai.cluster.core.identity;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.serai.cluster.ClusterError;
import org.serai.cluster.HostId;
import org.serai.cluster.HostId.Source;

/**
 * Finds the host component id: configuration first, then DMI, then the operating system's machine id. Where there is
 * none of them, as in a bare container, a node plays a CEC of its own, named after its UUID.
 */
public final class HostReader {
    /** What makers leave in the tables of machines to which they gave no number. */
    private static final Set<String> PLACEHOLDERS = Set.of(
            "", "none", "not specified", "default string", "to be filled by o.e.m.", "system serial number", "0");

    private final Path dmi;
    private final Path machineId;

    /** Reads below these paths, usually {@code /sys/class/dmi/id} and {@code /etc/machine-id}. */
    public HostReader(Path dmi, Path machineId) {
        this.dmi = dmi;
        this.machineId = machineId;
    }

    /** The id of the CEC that this node plays alone, because its host tells none. */
    public static HostId ofNode(UUID node) {
        return new HostId(shortened(node.toString().replace("-", "")), "HOST", "NODE", Source.DERIVED);
    }

    /** The host's id; empty settings are looked up. Empty if the host tells none. */
    public Optional<HostId> read(String serial, String type, String model) {
        if (!serial.isEmpty()) {
            return Optional.of(new HostId(
                    part("cec.serial", serial),
                    part("cec.type", type.isEmpty() ? "SERAI" : type),
                    part("cec.model", model.isEmpty() ? "VM" : model),
                    Source.CONFIGURED));
        }
        var dmiSerial = table("product_serial");
        if (!dmiSerial.isEmpty()) {
            return Optional.of(new HostId(
                    clean(dmiSerial),
                    clean(or(table("product_name"), "HOST")),
                    clean(or(table("product_version"), "0")),
                    Source.DMI));
        }
        return machineId().map(id -> new HostId(shortened(id), "HOST", "OS", Source.DERIVED));
    }

    /** The machine id (machine-id(5)): 32 hexadecimal digits; empty or another word until the first boot has ended. */
    private Optional<String> machineId() {
        try {
            return Optional.of(Files.readString(machineId).strip()).filter(id -> id.matches("[0-9a-f]{32}"));
        } catch (IOException absent) {
            // A container need not have one.
            return Optional.empty();
        }
    }

    private static String shortened(String hexadecimal) {
        return hexadecimal.substring(0, 12).toUpperCase(Locale.ROOT);
    }

    private String table(String name) {
        try {
            var text = Files.readString(dmi.resolve(name)).strip();
            return PLACEHOLDERS.contains(text.toLowerCase(Locale.ROOT)) ? "" : text;
        } catch (IOException unreadable) {
            // Not every machine has the table, and not every user may read it: the next source is asked.
            return "";
        }
    }

    private static String or(String text, String otherwise) {
        return text.isEmpty() ? otherwise : text;
    }

    private static String clean(String text) {
        var kept = text.replaceAll("[^A-Za-z0-9-]+", "-");
        return kept.substring(0, Math.min(63, kept.length()));
    }

    private static String part(String key, String value) {
        if (!value.matches("[A-Za-z0-9-]{1,63}")) {
            throw ClusterError.BAD_NAME.error(
                    key + " cannot be '" + value + "'",
                    "a part of a host component id has 1 to 63 letters, digits and hyphens",
                    "set " + key + " to what stands on the machine");
        }
        return value;
    }
}
