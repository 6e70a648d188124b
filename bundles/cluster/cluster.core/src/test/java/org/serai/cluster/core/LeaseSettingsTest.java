package org.serai.cluster.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.annotation.Annotation;
import org.junit.jupiter.api.Test;
import org.serai.cluster.core.liveness.Timing;

class LeaseSettingsTest {
    private record Settings(long renewalMs, long leaseMs, long marginMs, String hardware)
            implements LeaseSettings.Config {
        @Override
        public Class<? extends Annotation> annotationType() {
            return LeaseSettings.Config.class;
        }
    }

    @Test
    void takesATimingThatHoldsItsPromises() {
        var settings = new LeaseSettings(new Settings(1000, 8000, 2000, ""));
        assertThat(settings.timing()).isEqualTo(new Timing(1000, 8000, 2000));
        assertThat(settings.hardware()).isEmpty();
    }

    @Test
    void refusesALeaseOfFewerThanFourRenewals() {
        refuses(new Settings(1000, 3999, 1000, ""), "lease.leaseMs cannot be 3999");
    }

    @Test
    void refusesAMarginShorterThanARenewalOrLongerThanHalfTheLease() {
        refuses(new Settings(1000, 8000, 999, ""), "lease.marginMs cannot be 999");
        refuses(new Settings(1000, 8000, 4001, ""), "from 1000 to 4000");
    }

    @Test
    void refusesARenewalWithoutPause() {
        refuses(new Settings(0, 8000, 2000, ""), "lease.renewalMs cannot be 0");
    }

    private static void refuses(Settings settings, String message) {
        assertThatThrownBy(() -> new LeaseSettings(settings)).hasMessageContaining(message);
    }
}
