package org.serai.scsi.target.lu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.serai.scsi.target.sense.SenseCode;

class AttentionsTest {
    private final Attentions attentions = new Attentions();

    @Test
    void eachIsToldOnceAndResetsFirst() {
        attentions.add(SenseCode.REGISTRATIONS_PREEMPTED);
        attentions.add(SenseCode.RESERVATIONS_RELEASED);
        attentions.add(SenseCode.REGISTRATIONS_PREEMPTED);
        attentions.add(SenseCode.BUS_DEVICE_RESET_OCCURRED);
        assertThat(attentions.take()).isEqualTo(SenseCode.BUS_DEVICE_RESET_OCCURRED);
        assertThat(attentions.take()).isEqualTo(SenseCode.RESERVATIONS_RELEASED);
        assertThat(attentions.any()).isTrue();
        assertThat(attentions.take()).isEqualTo(SenseCode.REGISTRATIONS_PREEMPTED);
        assertThat(attentions.any()).isFalse();
        assertThat(attentions.take()).isEqualTo(SenseCode.NO_SENSE);
    }

    @Test
    void aPowerOnTellsMoreThanAReset() {
        attentions.add(SenseCode.POWER_ON_OCCURRED);
        attentions.add(SenseCode.BUS_DEVICE_RESET_OCCURRED);
        assertThat(attentions.take()).isEqualTo(SenseCode.POWER_ON_OCCURRED);
        assertThat(attentions.any()).isFalse();
    }

    @Test
    void whatIsNoneIsRefused() {
        assertThatThrownBy(() -> attentions.add(SenseCode.WRITE_ERROR)).isInstanceOf(IllegalArgumentException.class);
    }
}
