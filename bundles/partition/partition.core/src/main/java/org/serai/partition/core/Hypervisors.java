package org.serai.partition.core;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.serai.ffdc.SeraiException;
import org.serai.hypervisor.spi.Hypervisor;
import org.serai.hypervisor.spi.StateCapture;
import org.serai.partition.PartitionError;

/** The hypervisor backends that are here now; they come and go while partitions are defined and run. */
public final class Hypervisors {
    private static final String FIRST = "qemu";
    private static final String LAST = "simulated";

    private final Map<String, Hypervisor> backends = new ConcurrentHashMap<>();

    /** A backend has come. */
    public void add(String name, Hypervisor hypervisor) {
        backends.put(name, hypervisor);
    }

    /** A backend is going. */
    public void remove(String name, Hypervisor hypervisor) {
        backends.remove(name, hypervisor);
    }

    /** A backend by name, if it is there. */
    Optional<Hypervisor> find(String name) {
        return Optional.ofNullable(backends.get(name));
    }

    /** A backend by name, whether it can run machines or not. */
    Hypervisor backend(String name) {
        Hypervisor found = backends.get(name);
        if (found == null) {
            throw PartitionError.NO_HYPERVISOR.error(
                    "There is no hypervisor backend " + name + " on this node",
                    "the backends here are " + new java.util.TreeSet<>(backends.keySet()),
                    "install its bundle, see driver:list, or choose another backend or node");
        }
        return found;
    }

    /** A backend that can run machines here. */
    Hypervisor able(String name) {
        Hypervisor found = backend(name);
        Hypervisor.Host host = found.host();
        if (!host.available()) {
            throw unable("Hypervisor " + name + " cannot run partitions on this node", host.missing());
        }
        return found;
    }

    /** A backend's capability to capture and restore state. */
    StateCapture capture(String name) {
        if (able(name) instanceof StateCapture capture) {
            return capture;
        }
        throw unable(
                "Partitions on hypervisor " + name + " cannot be hibernated",
                "the backend lacks the capability to capture state");
    }

    /** The name of the first backend that can run here: QEMU, then other real ones, then the simulated one. */
    String first() {
        List<String> order = backends.keySet().stream()
                .sorted(Comparator.comparingInt(Hypervisors::rank).thenComparing(Comparator.naturalOrder()))
                .toList();
        StringBuilder missing = new StringBuilder();
        for (String name : order) {
            Hypervisor.Host host = backend(name).host();
            if (host.available()) {
                return name;
            }
            missing.append(missing.isEmpty() ? "" : "; ")
                    .append(name)
                    .append(": ")
                    .append(host.missing());
        }
        throw unable(
                "No hypervisor can run partitions on this node",
                missing.isEmpty() ? "no hypervisor backend is installed" : missing.toString());
    }

    private static int rank(String name) {
        return switch (name) {
            case FIRST -> 0;
            case LAST -> 2;
            default -> 1;
        };
    }

    private static SeraiException unable(String what, String cause) {
        return PartitionError.NO_HYPERVISOR.error(what, cause, "look at driver:why, or choose another backend or node");
    }
}
