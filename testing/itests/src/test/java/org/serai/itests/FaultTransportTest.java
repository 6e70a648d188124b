package org.serai.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.Before;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.serai.itests.node.InNode;
import org.serai.itests.node.NodeRunner;
import org.serai.itests.node.Shell;
import org.serai.itests.node.TestNode;

/** The transport {@code fault} as a node has it, and the commands for messages. */
@RunWith(NodeRunner.class)
@ExamReactorStrategy(PerClass.class)
public class FaultTransportTest extends InNode {
    @Configuration
    public Option[] node() {
        return TestNode.withFeatures("node", "transport-fault").options();
    }

    @Before
    public void join() {
        becomeMember();
        done("config:set transport.fault.driver loopback");
        done("config:set transport.driver fault");
    }

    private Shell.Answer done(String command) {
        Shell.Answer answer = shell().exec(command);
        assertThat(answer.exitCode()).as(answer.toString()).isZero();
        return answer;
    }

    @Test
    public void messagesGoOverWhatItWraps() {
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(done("msg:stats --json")
                                .json()
                                .path("transport")
                                .asText())
                        .isEqualTo("loopback"));
        String self = done("node:info --json").json().path("node").path("name").asText();

        JsonNode sent =
                done("msg:send hello --to " + self + " --response --json").json();

        assertThat(sent.path("complete").asBoolean()).as(sent.toString()).isTrue();
        assertThat(sent.path("receipts").path(0).path("receipt").asText()).isEqualTo("received");
        assertThat(sent.path("responses").path(0).path("answer").asText()).isEqualTo(self);
        assertThat(done("msg:stats --json").json().path("handed_up").asLong()).isPositive();
        assertThat(done("msg:trace --seconds 1 --topic nobody").toString()).contains("0 packets");
    }

    @Test
    public void aRuleThatIsNoneIsRefusedAndTheGoodOnesStay() {
        done("config:set transport.fault.rules 'delay:1 5%'");
        Shell.Answer refused = shell().exec("config:set transport.fault.rules 'lose everything'");
        assertThat(refused.exitCode()).as(refused.toString()).isNotZero();
        assertThat(refused.toString()).contains("transport.fault.rules cannot be 'lose everything'", "EFFECT [N%]");
        assertThat(done("config:get transport.fault.rules").toString()).contains("delay:1 5%");
        done("config:unset transport.fault.rules");
    }
}
