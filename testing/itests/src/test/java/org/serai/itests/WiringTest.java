package org.serai.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.Bundle;
import org.osgi.framework.wiring.BundleRevision;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;
import org.serai.itests.node.InNode;
import org.serai.itests.node.NodeRunner;
import org.serai.itests.node.TestNode;

/** What a node runs fits together: bundles resolve, and components find what they need. */
@RunWith(NodeRunner.class)
@ExamReactorStrategy(PerClass.class)
public class WiringTest extends InNode {
    private static final String OURS = "org.serai.";

    /** What the core offers while the node is a member. */
    private static final Set<String> COME_WITH_A_MEMBERSHIP = Set.of(
            "org.serai.cluster.Membership",
            "org.serai.cluster.Liveness",
            "org.serai.cluster.Fence",
            "org.serai.cluster.Ownership",
            "org.serai.cluster.Journal",
            "org.serai.cluster.Clients",
            "org.serai.cluster.Primary",
            "org.serai.cluster.Neighbours",
            "org.serai.cluster.Delegations",
            "org.serai.database.Database");

    @Configuration
    public Option[] node() {
        return TestNode.withFeatures("node").options();
    }

    @Test
    public void everyBundleIsActive() {
        assertThat(context.getBundles())
                .filteredOn(bundle -> !isFragment(bundle))
                .allSatisfy(bundle -> assertThat(bundle.getState())
                        .as(bundle.getSymbolicName())
                        .isIn(Bundle.ACTIVE, Bundle.STARTING)); // a lazy one starts at its first use
    }

    @Test
    public void componentsWaitForTheMembershipAloneAndAllOfThemAreThereAfterIt() {
        List<ComponentConfigurationDTO> waiting = unsatisfied();
        assertThat(waiting).isNotEmpty();
        Set<String> explained = new HashSet<>(COME_WITH_A_MEMBERSHIP);
        waiting.forEach(component -> explained.addAll(List.of(component.description.serviceInterfaces)));
        assertThat(waiting)
                .allSatisfy(component -> assertThat(lacks(component))
                        .as(component.description.name)
                        .isNotEmpty()
                        .isSubsetOf(explained));

        becomeMember();

        await("all components")
                .atMost(SOON)
                .untilAsserted(() -> assertThat(unsatisfied())
                        .extracting(component -> component.description.name)
                        .isEmpty());
        assertThat(ours()).allSatisfy(component -> {
            use(component);
            assertThat(component.configurations())
                    .as(component.description.name)
                    .isNotEmpty()
                    .allSatisfy(configuration ->
                            assertThat(configuration.state).isEqualTo(ComponentConfigurationDTO.ACTIVE));
        });
    }

    private record Component(ServiceComponentRuntime runtime, ComponentDescriptionDTO description) {
        List<ComponentConfigurationDTO> configurations() {
            return List.copyOf(runtime.getComponentConfigurationDTOs(description));
        }
    }

    private List<Component> components() {
        ServiceComponentRuntime runtime = service(ServiceComponentRuntime.class);
        return runtime.getComponentDescriptionDTOs().stream()
                .map(description -> new Component(runtime, description))
                .toList();
    }

    private List<Component> ours() {
        List<Component> ours = components().stream()
                .filter(component -> component.description.bundle.symbolicName.startsWith(OURS))
                .toList();
        assertThat(ours).hasSizeGreaterThan(20);
        return ours;
    }

    private List<ComponentConfigurationDTO> unsatisfied() {
        List<ComponentConfigurationDTO> unsatisfied = new ArrayList<>();
        components()
                .forEach(component -> component.configurations().stream()
                        .filter(configuration -> configuration.state != ComponentConfigurationDTO.ACTIVE
                                && configuration.state != ComponentConfigurationDTO.SATISFIED)
                        .forEach(unsatisfied::add));
        return unsatisfied;
    }

    private static List<String> lacks(ComponentConfigurationDTO component) {
        return Arrays.stream(component.unsatisfiedReferences)
                .flatMap(missing -> Arrays.stream(component.description.references)
                        .filter(reference -> reference.name.equals(missing.name)))
                .map(reference -> reference.interfaceName)
                .toList();
    }

    /** A delayed component is made when somebody asks for its service. */
    private void use(Component component) {
        for (ComponentConfigurationDTO configuration : component.configurations()) {
            for (String type : component.description.serviceInterfaces) {
                assertThat(find(type, "(component.id=" + configuration.id + ")"))
                        .as("the service " + type + " of " + component.description.name)
                        .isPresent();
            }
        }
    }

    private static boolean isFragment(Bundle bundle) {
        return (bundle.adapt(BundleRevision.class).getTypes() & BundleRevision.TYPE_FRAGMENT) != 0;
    }
}
