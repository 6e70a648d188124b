package org.serai.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.serai.launcher.nodes.NodeProcess;

/**
 * The examples of {@code docs/vioapi.md}, run against a node in their order: each answer is what the page says, but for
 * ids, times and what is measured. With {@code -Dserai.update=true} the answers are written anew instead.
 */
class VioDocumentationTest {
    private static final Path PAGE = Path.of(System.getProperty("serai.project"), "docs", "vioapi.md");
    private static final Pattern EXAMPLE =
            Pattern.compile("(```(?:xml|json)\n)([^`]*vioRequest[^`]*)(```\n\n```(?:xml|json)\n)([^`]*)(```\n)");
    private static final Pattern MEASURED =
            Pattern.compile("\\b(id|incarnation|token|revision|silentMs|memberMs|heapUsedBytes|"
                    + "heapMaxBytes|loadPermille|number|after|upTo|acknowledged|last|at|portal|transport|ms|usedBytes|ownBytes|epoch|object)"
                    + "(=\"|\" : \"?)[^\",}]*");

    @RegisterExtension
    static final Site SITE = new Site();

    @Test
    void theExamplesOfThePageAreTrue() throws IOException {
        NodeProcess node = SITE.node("cec-a");
        node.start("node.name=cec-a", "cec.serial=06A1B2C", "cec.type=9009", "cec.model=22A", "vioapi.port=0");
        node.exec("cluster:create home");
        node.exec("pool:create pool1 --pv " + SITE.folder().resolve("pv") + ":256M");
        node.exec("client:create acme");
        Path kernel = Files.write(SITE.folder().resolve("kernel"), new byte[1024]);
        VioSite api = VioSite.of(node);
        String token = api.token("admin", "administer");

        String page = Files.readString(PAGE);
        StringBuilder updated = new StringBuilder();
        List<String> written = new ArrayList<>();
        List<String> given = new ArrayList<>();
        Matcher example = EXAMPLE.matcher(page);
        while (example.find()) {
            String answer = api.post(token, example.group(2).replace("/srv/serai/kernel", kernel.toString()))
                    .body()
                    .replaceFirst("<\\?xml[^>]*>\n", "")
                    .stripTrailing()
                    .replace(SITE.folder().toString(), "/srv/serai")
                    .concat("\n");
            written.add(plain(example.group(4)));
            given.add(plain(answer));
            example.appendReplacement(
                    updated,
                    Matcher.quoteReplacement(
                            example.group(1) + example.group(2) + example.group(3) + answer + example.group(5)));
        }
        example.appendTail(updated);
        assertThat(given).hasSizeGreaterThan(8);
        if (Boolean.getBoolean("serai.update")) {
            Files.writeString(PAGE, updated);
        } else {
            assertThat(given).containsExactlyElementsOf(written);
        }
    }

    private static String plain(String answer) {
        return MEASURED.matcher(answer).replaceAll("$1$2?").replaceAll("[0-9a-f]{8}-[0-9a-f-]{27}", "UUID");
    }
}
