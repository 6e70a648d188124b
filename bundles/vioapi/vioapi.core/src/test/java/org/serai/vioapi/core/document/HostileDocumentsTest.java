package org.serai.vioapi.core.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.serai.ffdc.SeraiException;
import org.serai.vioapi.Form;
import org.serai.vioapi.VioApi;
import org.serai.vioapi.VioApiError;

/** Documents that want to do harm, or are nonsense: each is refused with its reason, and nothing else happens. */
class HostileDocumentsTest {
    private static final String NS = " xmlns='urn:serai:vio:1'";

    private final Documents documents = new Documents();

    private SeraiException refused(Form form, String document) {
        return refused(form, document.getBytes(StandardCharsets.UTF_8));
    }

    private SeraiException refused(Form form, byte[] document) {
        SeraiException[] error = new SeraiException[1];
        assertThatExceptionOfType(SeraiException.class)
                .isThrownBy(() -> documents.require(documents.request(form, document)))
                .satisfies(thrown -> error[0] = thrown);
        assertThat(error[0].code()).isIn(VioApiError.BAD_REQUEST, VioApiError.TOO_LARGE);
        return error[0];
    }

    @Test
    void entitiesThatMultiplyAreNotRead() {
        StringBuilder bomb = new StringBuilder("<!DOCTYPE vioRequest [<!ENTITY a0 'ha'>");
        for (int i = 1; i <= 30; i++) {
            bomb.append("<!ENTITY a%d '&a%d;&a%d;&a%d;&a%d;'>".formatted(i, i - 1, i - 1, i - 1, i - 1));
        }
        bomb.append("]><vioRequest").append(NS).append(" id='&a30;'><list><node/></list></vioRequest>");
        assertThat(refused(Form.XML, bomb.toString()).reason()).contains("document type");
    }

    @Test
    void filesAreNotReadByEntities(@TempDir Path folder) throws IOException {
        Path secret = Files.writeString(folder.resolve("secret"), "the-secret-of-the-file");
        for (String entity : new String[] {
            "<!ENTITY x SYSTEM '" + secret.toUri() + "'>", "<!ENTITY % x SYSTEM '" + secret.toUri() + "'> %x;"
        }) {
            String document = "<!DOCTYPE vioRequest [" + entity + "]><vioRequest" + NS
                    + "><get><lu name='&x;'/></get></vioRequest>";
            assertThat(refused(Form.XML, document).getMessage()).doesNotContain("the-secret-of-the-file");
        }
        String external = "<!DOCTYPE vioRequest SYSTEM '" + secret.toUri() + "'><vioRequest" + NS
                + "><list><node/></list></vioRequest>";
        assertThat(refused(Form.XML, external).reason()).contains("document type");
    }

    @Test
    void anEntityThatIsNotDeclaredIsRefused() {
        refused(Form.XML, "<vioRequest" + NS + "><get><lu name='&nbsp;'/></get></vioRequest>");
        refused(Form.XML, "<vioRequest" + NS + ">&x;<list><node/></list></vioRequest>");
    }

    @Test
    void whatIsTooLargeIsNotRead() {
        byte[] large = new byte[10 << 20];
        Arrays.fill(large, (byte) ' ');
        assertThat(refused(Form.XML, large).code()).isEqualTo(VioApiError.TOO_LARGE);
        assertThat(refused(Form.JSON, large).code()).isEqualTo(VioApiError.TOO_LARGE);
        assertThat(large.length).isGreaterThan(VioApi.REQUEST_BYTES_MAX);
    }

    @Test
    void whatIsNestedDeepIsRefusedBeforeTheStackEnds() {
        int depth = 20_000;
        assertThat(refused(
                                Form.XML,
                                "<vioRequest" + NS + ">" + "<a>".repeat(depth) + "</a>".repeat(depth) + "</vioRequest>")
                        .code())
                .isEqualTo(VioApiError.TOO_LARGE);
        assertThat(refused(Form.JSON, "{\"vioRequest\":" + "{\"a\":".repeat(depth) + "1" + "}".repeat(depth) + "}")
                        .code())
                .isEqualTo(VioApiError.TOO_LARGE);
        assertThat(refused(Form.JSON, "{\"vioRequest\":" + "[".repeat(depth) + "]".repeat(depth) + "}")
                        .code())
                .isEqualTo(VioApiError.TOO_LARGE);
    }

    @Test
    void whatHasTooManyElementsIsRefused() {
        assertThat(refused(Form.XML, "<vioRequest" + NS + "><list>" + "<node/>".repeat(20_000) + "</list></vioRequest>")
                        .code())
                .isEqualTo(VioApiError.TOO_LARGE);
        assertThat(refused(Form.JSON, "{\"vioRequest\":{\"list\":{\"node\":[" + "{},".repeat(20_000) + "{}]}}}")
                        .code())
                .isEqualTo(VioApiError.TOO_LARGE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "<",
                "hello",
                "<vioRequest/>",
                "<vioRequest xmlns='urn:serai:vio:2'><list><node/></list></vioRequest>",
                "<vioResponse xmlns='urn:serai:vio:1' status='done' revision='1' node='a'/>",
                "<vioRequest xmlns='urn:serai:vio:1'/>",
                "<vioRequest xmlns='urn:serai:vio:1'><list/></vioRequest>",
                "<vioRequest xmlns='urn:serai:vio:1'><list><node/></list><list><node/></list></vioRequest>",
                "<vioRequest xmlns='urn:serai:vio:1'><list><nosuch/></list></vioRequest>",
                "<vioRequest xmlns='urn:serai:vio:1'><frobnicate><node/></frobnicate></vioRequest>",
                "<vioRequest xmlns='urn:serai:vio:1'><list><node nosuch='1'/></list></vioRequest>",
                "<vioRequest xmlns='urn:serai:vio:1'><list nosuch='1'><node/></list></vioRequest>",
                "<vioRequest xmlns='urn:serai:vio:1'><list><node/>text</list></vioRequest>",
                "<vioRequest xmlns='urn:serai:vio:1'><list><node/><![CDATA[text]]></list></vioRequest>",
                "<vioRequest xmlns='urn:serai:vio:1'><?php x ?><list><node/></list></vioRequest>",
                "<vioRequest xmlns='urn:serai:vio:1' xmlns:o='urn:o'><list><o:node/></list></vioRequest>",
                "<vioRequest xmlns='urn:serai:vio:1' xmlns:o='urn:o' o:id='1'><list><node/></list></vioRequest>",
                "<vioRequest xmlns='urn:serai:vio:1' id='a b'><list><node/></list></vioRequest>",
                "<vioRequest xmlns='urn:serai:vio:1' wait='301'><list><node/></list></vioRequest>",
                "<vioRequest xmlns='urn:serai:vio:1'><get><lu/></get></vioRequest>",
                "<vioRequest xmlns='urn:serai:vio:1'><get><lu name=''/></get></vioRequest>",
                "<vioRequest xmlns='urn:serai:vio:1'><get><lu name='a'/><lu name='b'/></get></vioRequest>",
                "<vioRequest xmlns='urn:serai:vio:1'><get><lu name='a' name='b'/></get></vioRequest>",
                "<vioRequest xmlns='urn:serai:vio:1'><create><lu name='a' tier='p' client='c' sizeBytes='-1'/></create></vioRequest>",
                "<vioRequest xmlns='urn:serai:vio:1'><create><lu name='a' tier='p' client='c' sizeBytes='1e9'/></create></vioRequest>",
                "<vioRequest xmlns='urn:serai:vio:1'><create><lu name='a' tier='p' client='c' sizeBytes='99999999999999999999'/></create></vioRequest>",
            })
    void xmlThatIsNoRequest(String document) {
        assertThat(refused(Form.XML, document).reason()).isNotBlank();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "null",
                "[]",
                "{}",
                "1",
                "\"x\"",
                "{\"vioRequest\":null}",
                "{\"vioRequest\":[]}",
                "{\"vioRequest\":{}}",
                "{\"vioRequest\":{\"list\":{\"node\":{}}},\"more\":1}",
                "{\"vioRequest\":{\"list\":{\"node\":{}}}} trailing",
                "{\"vioRequest\":{\"list\":{\"node\":{}}}}{}",
                "{\"vioRequest\":{\"list\":{\"node\":{}},\"list\":{\"node\":{}}}}",
                "{\"vioRequest\":{\"list\":{\"node\":null}}}",
                "{\"vioRequest\":{\"list\":{\"node\":\"x\"}}}",
                "{\"vioRequest\":{\"list\":{\"node\":[1]}}}",
                "{\"vioRequest\":{\"list\":[{\"node\":{}},{\"node\":{}}]}}",
                "{\"vioRequest\":{\"get\":{\"lu\":{\"name\":1.5}}}}",
                "{\"vioRequest\":{\"get\":{\"lu\":{\"name\":\"a\\u0000b\"}}}}",
                "{\"vioRequest\":{\"get\":{\"lu\":{\"na me\":\"a\"}}}}",
                "{\"vioRequest\":{\"get\":{\"lu\":{\"x><evil/>\":\"a\"}}}}",
                "{\"vioRequest\":{\"create\":{\"lu\":{\"name\":\"a\",\"tier\":\"p\",\"client\":\"c\",\"sizeBytes\":1e9}}}}",
                "{\"vioRequest\":{\"create\":{\"lu\":{\"name\":\"a\",\"tier\":\"p\",\"client\":\"c\",\"sizeBytes\":99999999999999999999}}}}",
                "{vioRequest:{list:{node:{}}}}",
                "{\"vioRequest\":{\"list\":{\"node\":{/*x*/}}}}",
                "{\"vioRequest\":{\"list\":{\"node\":{\"name\":NaN}}}}",
            })
    void jsonThatIsNoRequest(String document) {
        assertThat(refused(Form.JSON, document).reason()).isNotBlank();
    }

    @Test
    void bytesThatAreNoTextAreRefused() {
        byte[] noise = new byte[4096];
        new Random(7).nextBytes(noise);
        refused(Form.XML, noise);
        refused(Form.JSON, noise);
        refused(Form.XML, "<vioRequest/>".getBytes(StandardCharsets.UTF_16LE));
    }

    @Test
    void whereTheSchemaOfAWriterIsDoesNotMatterAndIsNotLookedAt() {
        byte[] document = ("<v:vioRequest xmlns:v='urn:serai:vio:1'"
                        + " xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance'"
                        + " xsi:schemaLocation='urn:serai:vio:1 http://192.0.2.1/never'>"
                        + "<!-- a comment --><v:list><v:node name='a'/></v:list></v:vioRequest>")
                .getBytes(StandardCharsets.UTF_8);
        var request = documents.request(Form.XML, document);
        documents.require(request);
        assertThat(request.objects().getFirst().text("name")).contains("a");
    }
}
