package org.serai.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.serai.rules.Bundles.Bundle;

/** ARCHITECTURE.md, "Rules": held by this test over the manifests of the built bundles. */
class WhoMayImportWhomTest {
    private static final Bundles BUNDLES = Bundles.built();

    static Stream<Bundle> all() {
        return BUNDLES.all().stream();
    }

    static Stream<Bundle> apis() {
        return all().filter(Bundle::isApi);
    }

    static Stream<Bundle> drivers() {
        return all().filter(Bundle::isDriver);
    }

    @ParameterizedTest
    @MethodSource("all")
    void theFolderIsTheEndOfTheSymbolicName(Bundle bundle) {
        assertThat(bundle.symbolicName()).isEqualTo("org.serai." + bundle.folder());
        assertThat(bundle.folder()).startsWith(bundle.domain() + ".");
    }

    @ParameterizedTest
    @MethodSource("apis")
    void anApiExportsItsCallersPackageAndItsSpi(Bundle api) {
        String callers = "org.serai." + api.domain();
        assertThat(Set.of(callers, callers + ".spi")).containsAll(api.exports());
        assertThat(api.exports()).isNotEmpty();
    }

    @ParameterizedTest
    @MethodSource("all")
    void onlyApisExport(Bundle bundle) {
        if (!bundle.isApi()) {
            Set<String> allowed = bundle.folder().equals("shell.console") ? Set.of("org.serai.shell") : Set.of();
            assertThat(allowed).containsAll(bundle.exports());
        }
    }

    @ParameterizedTest
    @MethodSource("drivers")
    void aDriverKnowsItsOwnDomainTheClusterAndFailureCaptureOnly(Bundle driver) {
        Set<String> allowed = new TreeSet<>();
        for (String domain : Set.of(driver.domain(), "cluster", "ffdc")) {
            allowed.add("org.serai." + domain);
            allowed.add("org.serai." + domain + ".spi");
        }
        assertThat(allowed).containsAll(driver.ownImports());
    }

    @ParameterizedTest
    @MethodSource("all")
    void whatIsImportedIsExportedByAnApi(Bundle bundle) {
        Set<String> exported = new TreeSet<>();
        all().forEach(each -> exported.addAll(each.exports()));
        assertThat(exported).containsAll(bundle.ownImports());
    }
}
