package org.serai.launcher.framework;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ExportedPackagesTest {
    @Test
    void namesAndVersionsAreReadAndQuotedCommasAreNoEnds() {
        assertThat(ExportedPackages.parse("a.b;c.d;uses:=\"x,y;z\";version=\"1.2\",e.f,a.b;version=2.0.0;mandatory:=q"))
                .isEqualTo(Map.of("a.b", Set.of("1.2", "2.0.0"), "c.d", Set.of("1.2"), "e.f", Set.of("0.0.0")));
    }
}
