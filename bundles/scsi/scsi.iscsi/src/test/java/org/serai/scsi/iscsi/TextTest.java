package org.serai.scsi.iscsi;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.serai.scsi.iscsi.Initiator.Pdu;

/** Text requests in the full feature phase. */
class TextTest {
    private static final String TARGET = TestNode.PREFIX + "disk";
    private static final int TEXT = 0x44;
    private static final int FINAL = 0x80;
    private static final int CONTINUE = 0x40;
    private static final int REJECT = 0x3F;

    private final TestNode node = new TestNode();
    private Initiator initiator;

    @BeforeEach
    void login() throws IOException {
        node.toAny("disk", new MemoryLu(1 << 20));
        initiator = new Initiator(node.port());
        initiator.login(TARGET);
    }

    @AfterEach
    void close() throws IOException {
        initiator.close();
        node.close();
    }

    private Pdu say(int flags, int itt, int transferTag, byte[] text) throws IOException {
        ByteBuffer request = initiator.header(TEXT, flags);
        request.putInt(16, itt).putInt(20, transferTag);
        initiator.send(request, text);
        return initiator.receive();
    }

    @Test
    void aTextComesInParts() throws IOException {
        byte[] text = Initiator.text("SendTargets=", "X-unheard=1");
        Pdu more = say(CONTINUE, 50, -1, Arrays.copyOf(text, 5));
        assertThat(more.flags()).isZero();
        assertThat(more.data()).isEmpty();
        Pdu answer = say(FINAL, 50, more.header().getInt(20), Arrays.copyOfRange(text, 5, text.length));
        assertThat(answer.flags()).isEqualTo(FINAL);
        assertThat(answer.keys()).containsEntry("TargetName", TARGET).containsEntry("X-unheard", "NotUnderstood");
    }

    @Test
    void whoHasLoggedInToATargetIsNotToldOfAll() throws IOException {
        assertThat(say(FINAL, 50, -1, Initiator.text("SendTargets=All")).keys())
                .containsOnly(Map.entry("SendTargets", "Reject"));
        assertThat(say(FINAL, 51, -1, Initiator.text("SendTargets=" + TARGET)).keys())
                .containsEntry("TargetName", TARGET);
    }

    @Test
    void anotherMaximumIsDeclaredAndHolds() throws IOException {
        initiator.ready();
        assertThat(say(FINAL, 50, -1, Initiator.text("MaxRecvDataSegmentLength=512"))
                        .data())
                .isEmpty();
        initiator.send(initiator.command(0xC0, 4096, "28 00 00 00 00 00 00 00 08 00"), new byte[0]);
        assertThat(initiator.receive().data()).hasSize(512);
    }

    @Test
    void whatBelongsToTheLoginIsRejected() throws IOException {
        assertThat(say(FINAL, 50, -1, Initiator.text("MaxBurstLength=4096", "MaxRecvDataSegmentLength=1"))
                        .keys())
                .containsEntry("MaxBurstLength", "Reject")
                .containsEntry("MaxRecvDataSegmentLength", "Reject");
    }

    @Test
    void aTextWithoutAnEndIsRejected() throws IOException {
        byte[] part = Initiator.text("X=" + "y".repeat(8000));
        Pdu answer = say(CONTINUE, 50, -1, part);
        for (int i = 0; i < 10 && answer.opcode() != REJECT; i++) {
            answer = say(CONTINUE, 50, answer.header().getInt(20), part);
        }
        assertThat(answer.opcode()).isEqualTo(REJECT);
        assertThat(initiator.ready().execute(0x80, 0, "00 00 00 00 00 00").status())
                .isZero();
    }

    @Test
    void aTagThatIsNotOpenIsRejected() throws IOException {
        assertThat(say(FINAL, 50, 4711, new byte[0]).opcode()).isEqualTo(REJECT);
        assertThat(say(FINAL | CONTINUE, 50, -1, new byte[0]).opcode()).isEqualTo(REJECT);
        assertThat(say(FINAL, -1, -1, new byte[0]).opcode()).isEqualTo(REJECT);
        assertThat(say(FINAL, 50, -1, "no pair\0".getBytes()).opcode()).isEqualTo(REJECT);
    }
}
