package org.serai.scsi.target.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IqnTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "iqn.2026-11.org.example",
                "iqn.2008-11.org.linux-kvm:guest",
                "eui.02004567A425678D",
                "naa.52004567BA64678D"
            })
    void namesAreTaken(String name) {
        assertThat(Iqn.requireInitiator(name)).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "any host", "iqn.2026.org", "iqn.2026-11.org.example:UPPER", "iqn.2026-11.x:a%b@c"})
    void othersAreRefused(String name) {
        assertThatThrownBy(() -> Iqn.requireInitiator(name)).hasMessageContaining("SERAI-SCSI-0004");
    }
}
