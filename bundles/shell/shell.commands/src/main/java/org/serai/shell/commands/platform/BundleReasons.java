package org.serai.shell.commands.platform;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.wiring.BundleCapability;
import org.osgi.framework.wiring.BundleRequirement;
import org.osgi.framework.wiring.BundleRevision;
import org.osgi.framework.wiring.FrameworkWiring;
import org.osgi.resource.Namespace;

/** Why a bundle does not resolve: its requirements that nothing provides, or only bundles that do not resolve either. */
final class BundleReasons {
    private static final Pattern PACKAGE = Pattern.compile("\\(osgi\\.wiring\\.package=([^)]+)\\)");
    private static final Pattern LEAST = Pattern.compile("\\((?:bundle-)?version>=([^)]+)\\)");
    private static final Pattern BELOW = Pattern.compile("\\(!\\((?:bundle-)?version>=([^)]+)\\)\\)");
    private static final Pattern BUNDLE = Pattern.compile("\\(osgi\\.wiring\\.bundle=([^)]+)\\)");

    private final FrameworkWiring wiring;

    BundleReasons(BundleContext context) {
        this.wiring = context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION).adapt(FrameworkWiring.class);
    }

    /** One word for a bundle's state. */
    static String state(Bundle bundle) {
        return switch (bundle.getState()) {
            case Bundle.ACTIVE -> "active";
            case Bundle.STARTING -> "starting";
            case Bundle.STOPPING -> "stopping";
            case Bundle.RESOLVED -> isFragment(bundle) ? "attached" : "stopped";
            case Bundle.INSTALLED -> "unresolved";
            default -> "uninstalled";
        };
    }

    static boolean isFragment(Bundle bundle) {
        BundleRevision revision = bundle.adapt(BundleRevision.class);
        return revision != null && (revision.getTypes() & BundleRevision.TYPE_FRAGMENT) != 0;
    }

    Reason explain(Bundle bundle) {
        return explain(bundle, new HashSet<>());
    }

    private Reason explain(Bundle bundle, Set<Bundle> seen) {
        String what = "bundle " + bundle.getSymbolicName() + " " + bundle.getVersion();
        if (bundle.getState() != Bundle.INSTALLED || !seen.add(bundle)) {
            return Reason.of(what, state(bundle));
        }
        List<Reason> missing = new ArrayList<>();
        for (BundleRequirement requirement : bundle.adapt(BundleRevision.class).getDeclaredRequirements(null)) {
            if (isMandatory(requirement)) {
                explain(requirement, seen, missing);
            }
        }
        if (missing.isEmpty() && !wiring.resolveBundles(Set.of(bundle))) {
            missing.add(Reason.of(
                    "its requirements", "each can be met, but not all together (versions that exclude one another)"));
        }
        return new Reason(what, missing.isEmpty() ? state(bundle) : "unresolved", missing);
    }

    private void explain(BundleRequirement requirement, Set<Bundle> seen, List<Reason> missing) {
        Collection<BundleCapability> providers = wiring.findProviders(requirement);
        if (providers.isEmpty()) {
            missing.add(Reason.of(describe(requirement), "missing: no bundle provides it"));
            return;
        }
        List<Bundle> bundles = providers.stream()
                .map(capability -> capability.getRevision().getBundle())
                .distinct()
                .toList();
        if (bundles.stream().allMatch(provider -> provider.getState() == Bundle.INSTALLED)
                && !bundles.contains(requirement.getRevision().getBundle())) {
            List<Reason> because =
                    bundles.stream().map(provider -> explain(provider, seen)).toList();
            if (because.stream().anyMatch(reason -> !reason.because().isEmpty())) {
                missing.add(new Reason(describe(requirement), "its provider does not resolve", because));
            }
        }
    }

    private static boolean isMandatory(BundleRequirement requirement) {
        String resolution = requirement.getDirectives().get(Namespace.REQUIREMENT_RESOLUTION_DIRECTIVE);
        String effective = requirement.getDirectives().get(Namespace.REQUIREMENT_EFFECTIVE_DIRECTIVE);
        return (resolution == null || resolution.equals(Namespace.RESOLUTION_MANDATORY))
                && (effective == null || effective.equals(Namespace.EFFECTIVE_RESOLVE));
    }

    /** A requirement in words where it is for a package or bundle, else as it stands. */
    static String describe(BundleRequirement requirement) {
        String filter = requirement.getDirectives().getOrDefault(Namespace.REQUIREMENT_FILTER_DIRECTIVE, "");
        return describe(requirement.getNamespace(), filter);
    }

    static String describe(String namespace, String filter) {
        Matcher wantedPackage = PACKAGE.matcher(filter);
        Matcher wantedBundle = BUNDLE.matcher(filter);
        if (wantedPackage.find()) {
            return "package " + wantedPackage.group(1) + range(filter);
        }
        if (wantedBundle.find()) {
            return "bundle " + wantedBundle.group(1) + range(filter);
        }
        return String.format(Locale.ROOT, "%s %s", namespace, filter);
    }

    private static String range(String filter) {
        Matcher below = BELOW.matcher(filter);
        Matcher least = LEAST.matcher(below.reset().replaceAll(""));
        String from = least.find() ? " " + least.group(1) + " or newer" : "";
        return below.reset().find() ? from + " but below " + below.group(1) : from;
    }
}
