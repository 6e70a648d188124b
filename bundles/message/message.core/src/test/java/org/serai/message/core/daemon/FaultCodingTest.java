package org.serai.message.core.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.serai.ffdc.Category;
import org.serai.ffdc.SeraiException;
import org.serai.message.MessageError;
import org.serai.message.core.packet.Malformed;

class FaultCodingTest {
    @Test
    void anErrorKeepsItsCodeAndSentences() throws Exception {
        SeraiException known = MessageError.NO_ANSWER.error("What", "cause", "do");
        SeraiException foreign = new Fault.Code("SERAI-LU-0007", Category.OPERATOR).error("Wäs", "cäuse", "dö");

        assertThat(Fault.decode(Fault.encode(known)).code()).isEqualTo(MessageError.NO_ANSWER);
        SeraiException back = Fault.decode(Fault.encode(foreign));
        assertThat(back.code().code()).isEqualTo("SERAI-LU-0007");
        assertThat(back.code().category()).isEqualTo(Category.OPERATOR);
        assertThat(back).hasMessage(foreign.getMessage());
        assertThatExceptionOfType(Malformed.class).isThrownBy(() -> Fault.decode(new byte[] {0, 9, 1}));
    }
}
