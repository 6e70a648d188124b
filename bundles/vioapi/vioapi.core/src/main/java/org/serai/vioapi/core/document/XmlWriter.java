package org.serai.vioapi.core.document;

import java.nio.charset.StandardCharsets;
import org.serai.vioapi.VioApi;
import org.serai.vioapi.VioObject;

/**
 * Writes a document as XML 1.0. What it writes has elements and attributes only, so that nothing but escaping is to be
 * done; the JDK's stream writer leaves line ends in attributes as they are, which every reader turns into blanks
 * (XML 1.0, section 3.3.3).
 */
final class XmlWriter {
    private static final String HEAD = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
    private static final char REPLACEMENT = '\uFFFD';

    private final StringBuilder text = new StringBuilder(HEAD);

    private XmlWriter() {}

    static byte[] write(VioObject document) {
        XmlWriter writer = new XmlWriter();
        writer.element(document, 0);
        return writer.text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private void element(VioObject object, int depth) {
        text.repeat("  ", depth).append('<').append(object.type());
        if (depth == 0) {
            text.append(" xmlns=\"").append(VioApi.NAMESPACE).append('"');
        }
        object.values().forEach((name, value) -> {
            text.append(' ').append(name).append("=\"");
            escape(String.valueOf(value));
            text.append('"');
        });
        if (object.parts().isEmpty()) {
            text.append("/>\n");
            return;
        }
        text.append(">\n");
        object.parts().forEach(part -> element(part, depth + 1));
        text.repeat("  ", depth).append("</").append(object.type()).append(">\n");
    }

    private void escape(String value) {
        value.codePoints().forEach(point -> {
            switch (point) {
                case '<' -> text.append("&lt;");
                case '>' -> text.append("&gt;");
                case '&' -> text.append("&amp;");
                case '"' -> text.append("&quot;");
                case '\t', '\n', '\r' -> text.append("&#").append(point).append(';');
                default -> text.appendCodePoint(isCharacter(point) ? point : REPLACEMENT);
            }
        });
    }

    /** Whether XML has this character at all (XML 1.0, section 2.2). */
    static boolean isCharacter(int point) {
        return point >= 0x20 && point <= 0xD7FF
                || point >= 0xE000 && point <= 0xFFFD
                || point >= 0x10000 && point <= 0x10FFFF
                || point == '\t'
                || point == '\n'
                || point == '\r';
    }
}
