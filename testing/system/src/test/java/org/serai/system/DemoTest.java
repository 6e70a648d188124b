package org.serai.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.serai.launcher.nodes.Script;

/** The command of the README. */
class DemoTest {
    @Test
    void aRealMachineFallsAsleepOnOneHostAndWakesOnAnother() throws Exception {
        List<String> lines = Script.ofThisCheckout()
                .run(System.err::println, "demo", "--json")
                .lines()
                .toList();

        JsonNode result = new ObjectMapper().readTree(lines.getLast());
        assertThat(result.path("hypervisor").asText()).isEqualTo("qemu");
        assertThat(result.path("counter_after").asLong())
                .isEqualTo(result.path("counter_before").asLong() + 1);
        assertThat(result.path("disk_records_ok").asBoolean()).isTrue();
        assertThat(result.path("state_bytes").asLong()).isPositive();
        assertThat(result.path("lu_used_bytes").asLong()).isPositive();
        assertThat(result.path("ok").asBoolean()).isTrue();
    }
}
