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
                .map(configuration -> state(configuration.state))
                .reduce((one, other) -> one.equals("active") ? one : other)
                .orElse("disabled");
    }

    private static String state(int state) {
        return switch (state) {
            case ComponentConfigurationDTO.ACTIVE, ComponentConfigurationDTO.SATISFIED -> "active";
            case ComponentConfigurationDTO.FAILED_ACTIVATION -> "failed";
            case ComponentConfigurationDTO.UNSATISFIED_CONFIGURATION -> "unconfigured";
            default -> "waiting";
        };
    }

    private Reason explain(ComponentDescriptionDTO component, Set<String> seen) {
        String what = "component " + component.name;
        if (!seen.add(component.name)) {
            return Reason.of(what, "is waited for further up in this tree");
        }
        List<Reason> because = new ArrayList<>();
        for (ComponentConfigurationDTO configuration : runtime.getComponentConfigurationDTOs(component)) {
            switch (configuration.state) {
                case ComponentConfigurationDTO.FAILED_ACTIVATION ->
                    because.add(Reason.of("its activation", "failed: " + failure(configuration.failure)));
                case ComponentConfigurationDTO.UNSATISFIED_CONFIGURATION ->
                    because.add(Reason.of("configuration " + String.join(", ", component.configurationPid), "missing"));
                case ComponentConfigurationDTO.UNSATISFIED_REFERENCE ->
                    Arrays.stream(configuration.unsatisfiedReferences)
                            .forEach(reference -> because.add(explain(component, reference, seen)));
                default -> {}
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
                    && !state(provider).equals("active")) {
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
        String best = lines.isEmpty() ? "no reason given" : lines.getFirst();
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
