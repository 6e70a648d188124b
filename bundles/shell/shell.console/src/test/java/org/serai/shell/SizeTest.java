package org.serai.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SizeTest {
    @ParameterizedTest
    @CsvSource({
        "1, 1",
        "512K, 524288",
        "128M, 134217728",
        "1G, 1073741824",
        "1GiB, 1073741824",
        "2T, 2199023255552",
        "9223372036854775807, 9223372036854775807"
    })
    void sizesAreRead(String text, long bytes) {
        assertThat(Size.parse(text).bytes()).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "G", "1g", "1GB", "1 G", "-1", "+1", "1.5G", "0x10", "1Gi", "1P", "one"})
    void whatIsNoSizeIsRefusedWithExamples(String text) {
        assertThatThrownBy(() -> Size.parse(text))
                .hasMessageContaining("'" + text + "' is no size")
                .hasMessageContaining("1G, 128M, 512K, 1GiB");
    }

    @Test
    void whatIsTooSmallOrTooLargeIsRefused() {
        assertThatThrownBy(() -> Size.parse("0")).hasMessageContaining("at least one byte");
        assertThatThrownBy(() -> Size.parse("8388608T")).hasMessageContaining("more than");
        assertThatThrownBy(() -> Size.parse("9999999999999999999")).hasMessageContaining("more than");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0 B",
        "1023, 1023 B",
        "1024, 1.0 KiB",
        "1073741824, 1.0 GiB",
        "1073741823, 1.0 GiB",
        "1649267441664, 1.5 TiB"
    })
    void sizesAreShown(long bytes, String text) {
        assertThat(Size.human(bytes)).isEqualTo(text);
    }
}
