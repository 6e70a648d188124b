package org.serai.shell.commands.platform;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.wiring.BundleRevision;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;
import org.osgi.service.component.runtime.dto.ReferenceDTO;
import org.osgi.service.component.runtime.dto.UnsatisfiedReferenceDTO;

/** Why a component is not active: followed from reference to reference down to what is missing in the first place. */
final class ComponentReasons {
    private static final String ACTIVE = "active";
    private static final String FAILED = "failed";
    private static final String UNCONFIGURED = "unconfigured";

    private final BundleContext context;
    private final ServiceComponentRuntime runtime;
    private final BundleReasons bundles;

    ComponentReasons(BundleContext context, ServiceComponentRuntime runtime) {
        this.context = context;
        this.runtime = runtime;
        this.bundles = new BundleReasons(context);
    }

    Reason explain(ComponentDescriptionDTO component) {
        return explain(component, new HashSet<>());
    }

    /** One word for how a component stands. */
    String state(ComponentDescriptionDTO component) {
        return runtime.getComponentConfigurationDTOs(component).stream()
                .map(configuration -> state(component, configuration))
                .reduce((one, other) -> one.equals(ACTIVE) ? one : other)
                .orElse(component.configurationPolicy.equals("require") ? UNCONFIGURED : "disabled");
    }

    private static String state(ComponentDescriptionDTO component, ComponentConfigurationDTO configuration) {
        return switch (configuration.state) {
            case ComponentConfigurationDTO.ACTIVE -> ACTIVE;
            // a delayed one is made at its first use; an immediate one that is not made has failed
            case ComponentConfigurationDTO.SATISFIED -> component.immediate ? FAILED : ACTIVE;
            case ComponentConfigurationDTO.FAILED_ACTIVATION -> FAILED;
            case ComponentConfigurationDTO.UNSATISFIED_CONFIGURATION -> UNCONFIGURED;
            default -> "waiting";
        };
    }

    private Reason explain(ComponentDescriptionDTO component, Set<String> seen) {
        String what = "component " + component.name;
        if (!seen.add(component.name)) {
            return Reason.of(what, "is waited for further up in this tree");
        }
        List<Reason> because = new ArrayList<>();
        if (state(component).equals(UNCONFIGURED)) {
            because.add(Reason.of("configuration " + String.join(", ", component.configurationPid), "missing"));
        }
        for (ComponentConfigurationDTO configuration : runtime.getComponentConfigurationDTOs(component)) {
            if (state(component, configuration).equals(FAILED)) {
                because.add(Reason.of("its activation", "failed: " + failure(configuration.failure)));
            }
            if (configuration.state == ComponentConfigurationDTO.UNSATISFIED_REFERENCE) {
                Arrays.stream(configuration.unsatisfiedReferences)
                        .forEach(reference -> because.add(explain(component, reference, seen)));
            }
        }
        return new Reason(what, state(component), because);
    }

    private Reason explain(ComponentDescriptionDTO component, UnsatisfiedReferenceDTO unsatisfied, Set<String> seen) {
        String service = Arrays.stream(component.references)
                .filter(reference -> reference.name.equals(unsatisfied.name))
                .map(ComponentReasons::service)
                .findFirst()
                .orElse(unsatisfied.name);
        List<Reason> because = new ArrayList<>();
        for (ComponentDescriptionDTO provider : runtime.getComponentDescriptionDTOs()) {
            if (Arrays.asList(provider.serviceInterfaces).contains(service)
                    && !state(provider).equals(ACTIVE)) {
                because.add(explain(provider, seen));
            }
        }
        for (Bundle bundle : context.getBundles()) {
            if (bundle.getState() == Bundle.INSTALLED && offers(bundle, service)) {
                because.add(bundles.explain(bundle));
            }
        }
        String target = unsatisfied.target == null ? "" : " " + unsatisfied.target;
        return new Reason(
                "service " + service + target,
                because.isEmpty() ? "missing: nothing that is installed offers it now" : "missing",
                because);
    }

    private static String service(ReferenceDTO reference) {
        return reference.interfaceName;
    }

    /** Whether a bundle says in its manifest that it offers a service. */
    static boolean offers(Bundle bundle, String service) {
        BundleRevision revision = bundle.adapt(BundleRevision.class);
        return revision != null
                && revision.getDeclaredCapabilities("osgi.service").stream()
                        .map(capability -> capability.getAttributes().get("objectClass"))
                        .anyMatch(classes ->
                                classes instanceof List<?> list ? list.contains(service) : service.equals(classes));
    }

    /** The line of a stack trace that tells most: a coded error if there is one, else the innermost cause. */
    static String failure(String trace) {
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
