package org.serai.scsi.iscsi.login;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.serai.scsi.iscsi.pdu.ProtocolException;

class NegotiationTest {
    private final Negotiation negotiation = new Negotiation(false, true);
    private final Map<String, String> answer = new LinkedHashMap<>();

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "HeaderDigest;CRC32C,None;CRC32C",
                "DataDigest;None,CRC32C;None",
                "DataDigest;X-own,CRC32C;CRC32C",
                "InitialR2T;No;No",
                "ImmediateData;No;No",
                "DataPDUInOrder;No;Yes",
                "MaxBurstLength;0x1000;4096",
                "MaxOutstandingR2T;16;4",
                "DefaultTime2Wait;2;2",
                "DefaultTime2Retain;20;0",
                "iSCSIProtocolLevel;2;1",
                "OFMarkInt;2048;Reject",
                "Unheard;x;NotUnderstood"
            })
    void everyKeyHasItsAnswer(String key, String value, String expected) throws LoginFailure {
        negotiation.negotiate(key, value, answer);
        assertThat(answer).containsExactly(Map.entry(key, expected));
    }

    @Test
    void theFirstBurstIsNoLongerThanAnyBurst() throws LoginFailure {
        negotiation.negotiate("FirstBurstLength", "262144", answer);
        negotiation.negotiate("MaxBurstLength", "8192", answer);
        assertThat(negotiation.result().firstBurstBytes()).isEqualTo(8192);
    }

    @Test
    void aKeyIsNegotiatedOnce() throws LoginFailure {
        negotiation.negotiate("InitialR2T", "Yes", answer);
        assertThatThrownBy(() -> negotiation.negotiate("InitialR2T", "No", answer))
                .isInstanceOf(LoginFailure.class);
    }

    @Test
    void textIsPairs() throws ProtocolException {
        assertThat(TextKeys.parse("A=1\0B=x=y\0C=\0".getBytes()))
                .containsExactly(Map.entry("A", "1"), Map.entry("B", "x=y"), Map.entry("C", ""));
        assertThatThrownBy(() -> TextKeys.parse("novalue\0".getBytes())).isInstanceOf(ProtocolException.class);
        assertThatThrownBy(() -> TextKeys.parse("A=1\0A=2\0".getBytes())).isInstanceOf(ProtocolException.class);
    }
}
