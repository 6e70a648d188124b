package org.serai.launcher.framework;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;

/** What the Declarative Services runtime says of the components. */
public final class ComponentStates {
    /** How the runtime says that a constructor's service failed at its own activation. */
    private static final String LACKS_A_FAILED_ONE = "Unable to get service for reference";

    private final BundleContext context;

    /** States of the framework that the context belongs to. */
    public ComponentStates(BundleContext context) {
        this.context = context;
    }

    /** Components that threw at their activation, with the sentence that says why; not those that failed after another. */
    public Map<String, String> failures() {
        Map<String, String> failures = new LinkedHashMap<>();
        for (ComponentConfigurationDTO configuration : configurations()) {
            if (configuration.state == ComponentConfigurationDTO.FAILED_ACTIVATION) {
                failures.put(configuration.description.name, reason(configuration.failure));
            }
        }
        Map<String, String> causes = new LinkedHashMap<>(failures);
        causes.values().removeIf(reason -> reason.contains(LACKS_A_FAILED_ONE));
        return causes.isEmpty() ? failures : causes;
    }

    /** Components that wait for a service or a configuration, or are being made just now. */
    public List<String> waiting() {
        return configurations().stream()
                .filter(c -> c.state == ComponentConfigurationDTO.UNSATISFIED_REFERENCE
                        || c.state == ComponentConfigurationDTO.UNSATISFIED_CONFIGURATION
                        || isBeingMade(c))
                .map(c -> c.description.name)
                .sorted()
                .toList();
    }

    /** An immediate component has all it needs and no failure: another thread activates it. A delayed one waits for use. */
    private static boolean isBeingMade(ComponentConfigurationDTO configuration) {
        return configuration.state == ComponentConfigurationDTO.SATISFIED && configuration.description.immediate;
    }

    /** Whether each component of a PID that has what it needs has these properties, and has come up with them or failed. */
    public boolean haveTaken(String pid, Predicate<Map<String, Object>> properties) {
        return configurations().stream()
                .filter(c -> List.of(c.description.configurationPid).contains(pid))
                .filter(c -> c.state != ComponentConfigurationDTO.UNSATISFIED_REFERENCE
                        && c.state != ComponentConfigurationDTO.UNSATISFIED_CONFIGURATION)
                .allMatch(
                        c -> properties.test(c.properties) && !isBeingMade(c) && hasReplacedItsService(c, properties));
    }

    /** Its properties change before its old instance ends; what it offers changes when the new instance is up. */
    private static boolean hasReplacedItsService(
            ComponentConfigurationDTO configuration, Predicate<Map<String, Object>> properties) {
        return configuration.state == ComponentConfigurationDTO.FAILED_ACTIVATION
                || configuration.description.serviceInterfaces.length == 0
                || configuration.service != null && properties.test(configuration.service.properties);
    }

    private List<ComponentConfigurationDTO> configurations() {
        ServiceReference<ServiceComponentRuntime> reference =
                context.getServiceReference(ServiceComponentRuntime.class);
        if (reference == null) {
            return List.of();
        }
        ServiceComponentRuntime runtime = context.getService(reference);
        List<ComponentConfigurationDTO> all = new ArrayList<>();
        for (ComponentDescriptionDTO description : runtime.getComponentDescriptionDTOs()) {
            all.addAll(runtime.getComponentConfigurationDTOs(description));
        }
        return all;
    }

    /** The line of a stack trace that tells an operator most: a coded error if there is one, else the root cause. */
    static String reason(String trace) {
        List<String> lines = trace == null ? List.of() : trace.lines().toList();
        String best = lines.isEmpty() ? "the log says why" : lines.getFirst();
        for (String line : lines) {
            int code = line.indexOf("SERAI-");
            if (code >= 0) {
                return line.substring(code);
            }
            if (line.startsWith("Caused by: ")) {
                best = line.substring("Caused by: ".length());
            }
        }
        return best;
    }
}
