package org.serai.launcher.settings;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.serai.ffdc.SeraiException;
import org.serai.platform.PlatformError;

class SchemaTest {
    private static final String METATYPE = """
            <metatype:MetaData xmlns:metatype="http://www.osgi.org/xmlns/metatype/v1.4.0">
              <OCD id="o" name="iSCSI">
                <AD id="port" type="Integer" min="0" max="65535" default="3260" description="The
                    port."/>
                <AD id="ratio" type="Double" min="0.5" required="false"/>
                <AD id="on" type="Boolean" default="false"/>
                <AD id="mode" type="String" default="auto"><Option label="a" value="auto"/><Option label="k" value="kvm"/></AD>
                <AD id="hosts" type="String" cardinality="10" required="false"/>
                <AD id="secret" type="Password" required="false"/>
              </OCD>
              <Designate pid="org.serai.iscsi"><Object ocdref="o"/></Designate>
              <Designate pid="org.acme"><Object ocdref="o"/></Designate>
            </metatype:MetaData>
            """;

    private final Schema schema = new Schema();

    @BeforeEach
    void read() throws IOException {
        schema.add(new ByteArrayInputStream(METATYPE.getBytes(UTF_8)));
    }

    @Test
    void aKeyIsThePidWithoutItsPrefixAndTheProperty() {
        assertThat(schema.all())
                .extracting(Definition::key)
                .containsExactly("iscsi.hosts", "iscsi.mode", "iscsi.on", "iscsi.port", "iscsi.ratio", "iscsi.secret");
        assertThat(schema.definition("iscsi.port").description()).isEqualTo("The port.");
    }

    @ParameterizedTest
    @CsvSource({
        "iscsi.port, 65536, a whole number from 0 to 65535",
        "iscsi.port, -1, a whole number from 0 to 65535",
        "iscsi.port, 3260x, a whole number from 0 to 65535",
        "iscsi.port, '', a whole number from 0 to 65535",
        "iscsi.ratio, 0.4, a number from 0.5",
        "iscsi.on, yes, true or false",
        "iscsi.mode, tcg, 'one of auto, kvm'",
    })
    void aBadValueIsRefusedNamingKeyValueAndRange(String key, String value, String allowed) {
        assertThatThrownBy(() -> schema.definition(key).parse(value))
                .isInstanceOfSatisfying(
                        SeraiException.class, e -> assertThat(e.code()).isEqualTo(PlatformError.BAD_VALUE))
                .hasMessageContaining("'" + value + "'")
                .hasMessageContaining(key + " takes " + allowed);
    }

    @Test
    void goodValuesHaveTheirType() {
        assertThat(schema.definition("iscsi.port").parse("0")).isEqualTo(0L);
        assertThat(schema.definition("iscsi.on").parse("true")).isEqualTo(true);
        assertThat(schema.definition("iscsi.mode").parse("kvm")).isEqualTo("kvm");
        assertThat(schema.definition("iscsi.hosts").parse("a, b")).isEqualTo(new String[] {"a", "b"});
    }

    @Test
    void anUnknownKeyIsRefusedWithTheOneThatWasMeant() {
        assertThatThrownBy(() -> schema.definition("iscsi.prot")).hasMessageContaining("did you mean iscsi.port?");
        assertThatThrownBy(() -> schema.definition("x")).hasMessageContaining("config:list");
    }

    @Test
    void aFileIsCheckedWholeAndForeignPidsAreLeftAlone() {
        schema.check(Map.of("org.serai.iscsi", Map.of("port", 1L), "org.acme", Map.of("anything", 7L)));
        assertThatThrownBy(() -> schema.check(Map.of("org.serai.iscsi", Map.of("port", 70_000L))))
                .hasMessageContaining("70000");
        assertThatThrownBy(() -> schema.check(Map.of("org.serai.other", Map.of("port", 1L))))
                .hasMessageContaining("other.port");
    }
}
