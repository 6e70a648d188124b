package org.serai.shell.commands.platform;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;
import org.serai.ffdc.SeraiException;
import org.serai.hypervisor.spi.Hypervisor;
import org.serai.platform.PlatformError;

/** The drivers: services and components with a driver's property, and what lies in the deploy folder and is none yet. */
final class Drivers {
    /** The service properties that make a driver, with the kind of driver. */
    private static final Map<String, String> KINDS = new TreeMap<>(Map.of(
            "storage.driver", "storage",
            "hypervisor.backend", "hypervisor",
            "transport.driver", "transport",
            "database.engine", "database",
            "scsi.transport", "scsi"));

    private final BundleContext context;
    private final ServiceComponentRuntime runtime;
    private final ComponentReasons components;
    private final BundleReasons bundles;
    private final DeployFolder deployed;

    /**
     * A driver.
     *
     * @param name kind and name, for example {@code storage.extent}; of what is no driver yet, the bundle or file
     * @param state {@code active}, {@code waiting}, {@code failed}, {@code unresolved}, {@code broken}, {@code unusable} and so on
     * @param missing what it lacks in the first place
     */
    record Driver(String name, String kind, String state, String bundle, String version, List<String> missing) {}

    Drivers(BundleContext context, ServiceComponentRuntime runtime, DeployFolder deployed) {
        this.context = context;
        this.runtime = runtime;
        this.components = new ComponentReasons(context, runtime);
        this.bundles = new BundleReasons(context);
        this.deployed = deployed;
    }

    /** All of them, after what is being deployed just now. */
    List<Driver> all() {
        deployed.settle();
        Map<String, Driver> all = new TreeMap<>();
        services().forEach(driver -> all.put(driver.name(), driver));
        for (ComponentDescriptionDTO component : runtime.getComponentDescriptionDTOs()) {
            name(component).ifPresent(name -> all.computeIfAbsent(name.full(), key -> driver(name, component)));
        }
        for (Bundle bundle : context.getBundles()) {
            if (bundle.getState() == Bundle.INSTALLED) {
                List<String> missing = bundles.explain(bundle).roots().toList();
                all.putIfAbsent(
                        bundle.getSymbolicName(),
                        new Driver(
                                bundle.getSymbolicName(),
                                "-",
                                BundleReasons.state(bundle),
                                bundle.getSymbolicName(),
                                bundle.getVersion().toString(),
                                missing));
            }
        }
        stopped().forEach((name, bundle) -> all.putIfAbsent(name.full(), stopped(name, bundle)));
        deployed.broken()
                .forEach((file, reason) ->
                        all.putIfAbsent(file, new Driver(file, "-", "broken", "-", "-", List.of(reason))));
        return List.copyOf(all.values());
    }

    private record Name(String kind, String name) {
        String full() {
            return kind + "." + name;
        }
    }

    private List<Driver> services() {
        List<Driver> found = new ArrayList<>();
        for (Map.Entry<String, String> kind : KINDS.entrySet()) {
            for (ServiceReference<?> reference : references("(" + kind.getKey() + "=*)")) {
                Bundle bundle = reference.getBundle();
                if (bundle != null) {
                    List<String> missing = lackOfHost(reference);
                    found.add(new Driver(
                            new Name(kind.getValue(), String.valueOf(reference.getProperty(kind.getKey()))).full(),
                            kind.getValue(),
                            missing.isEmpty() ? "active" : "unusable",
                            bundle.getSymbolicName(),
                            bundle.getVersion().toString(),
                            missing));
                }
            }
        }
        return found;
    }

    /** What this host lacks for a hypervisor backend that is active; empty for other drivers, which start or fail. */
    private List<String> lackOfHost(ServiceReference<?> reference) {
        try {
            if (context.getService(reference) instanceof Hypervisor hypervisor) {
                Hypervisor.Host host = hypervisor.host();
                return host.available() ? List.of() : List.of(host.missing());
            }
            return List.of();
        } catch (SeraiException unusable) {
            return List.of(unusable.reason() + ": " + unusable.action());
        }
    }

    private ServiceReference<?>[] references(String filter) {
        try {
            ServiceReference<?>[] found = context.getAllServiceReferences(null, filter);
            return found == null ? new ServiceReference<?>[0] : found;
        } catch (InvalidSyntaxException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static Optional<Name> name(ComponentDescriptionDTO component) {
        return KINDS.entrySet().stream()
                .filter(kind -> component.properties.get(kind.getKey()) != null)
                .map(kind -> new Name(kind.getValue(), String.valueOf(component.properties.get(kind.getKey()))))
                .findFirst();
    }

    private Driver driver(Name name, ComponentDescriptionDTO component) {
        String state = components.state(component);
        return new Driver(
                name.full(),
                name.kind(),
                state,
                component.bundle.symbolicName,
                component.bundle.version,
                state.equals("active")
                        ? List.of()
                        : components.explain(component).roots().toList());
    }

    /** Drivers whose bundle resolves but does not run: the component runtime does not know them. */
    private Map<Name, Bundle> stopped() {
        Map<Name, Bundle> stopped = new LinkedHashMap<>();
        for (Bundle bundle : context.getBundles()) {
            if (bundle.getState() == Bundle.RESOLVED && !BundleReasons.isFragment(bundle)) {
                DeclaredComponents.properties(bundle, KINDS.keySet())
                        .forEach(component -> component.forEach(
                                (property, value) -> stopped.put(new Name(KINDS.get(property), value), bundle)));
            }
        }
        return stopped;
    }

    private Driver stopped(Name name, Bundle bundle) {
        return new Driver(
                name.full(),
                name.kind(),
                "stopped",
                bundle.getSymbolicName(),
                bundle.getVersion().toString(),
                bundles.explain(bundle).roots().toList());
    }

    /** Names that {@link #explain} takes. */
    List<String> names() {
        return all().stream().map(Driver::name).toList();
    }

    /** Why a driver, component, bundle or deployed file of that name works or does not. */
    Reason explain(String wanted) {
        deployed.settle();
        for (ComponentDescriptionDTO component : runtime.getComponentDescriptionDTOs()) {
            Optional<Name> name = name(component);
            if (component.name.equals(wanted)
                    || name.map(n -> n.full().equals(wanted) || n.name().equals(wanted))
                            .orElse(false)) {
                Reason reason = components.explain(component);
                return name.map(n -> explain(n, reason)).orElse(reason);
            }
        }
        for (Bundle bundle : context.getBundles()) {
            if (wanted.equals(bundle.getSymbolicName())) {
                return explain(bundle);
            }
        }
        for (Driver driver : services()) {
            if (driver.name().equals(wanted)) {
                return new Reason("driver " + wanted, driver.state(), lacks(driver));
            }
        }
        for (Map.Entry<Name, Bundle> driver : stopped().entrySet()) {
            Name name = driver.getKey();
            if (wanted.equals(name.full()) || wanted.equals(name.name())) {
                return new Reason("driver " + name.full(), "missing", List.of(bundles.explain(driver.getValue())));
            }
        }
        String fault = deployed.broken().get(wanted);
        if (fault != null) {
            return new Reason("file " + wanted, "broken", List.of(Reason.of("the jar", fault)));
        }
        throw PlatformError.NO_SUCH_DRIVER.error(
                "There is no '" + wanted + "'",
                "no driver, component, bundle or deployed file has that name",
                "driver:list and bundle:list show the names");
    }

    private Reason explain(Name name, Reason component) {
        return services().stream()
                .filter(driver -> driver.name().equals(name.full()))
                .filter(driver -> !driver.missing().isEmpty())
                .findFirst()
                .map(driver -> new Reason("driver " + name.full(), driver.state(), lacks(driver)))
                .orElseGet(() -> new Reason("driver " + name.full(), component.state(), List.of(component)));
    }

    private static List<Reason> lacks(Driver driver) {
        return driver.missing().stream()
                .map(missing -> Reason.of("this host", missing))
                .toList();
    }

    private Reason explain(Bundle bundle) {
        Reason reason = bundles.explain(bundle);
        if (!reason.because().isEmpty()) {
            return reason;
        }
        List<Reason> inside = runtime.getComponentDescriptionDTOs(bundle).stream()
                .map(components::explain)
                .toList();
        return new Reason(reason.what(), reason.state(), inside);
    }
}
