package org.serai.vioapi.core.document;

import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.xml.XMLConstants;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.serai.vioapi.VioApi;
import org.serai.vioapi.VioObject;

/**
 * Reads a document of XML. There is no document type, so there are no entities beyond the five of XML itself; nothing is
 * fetched from anywhere.
 */
final class XmlReader {
    private static final XMLInputFactory FACTORY = factory();

    private final Limits limits = new Limits(Limits.OBJECTS);

    private static XMLInputFactory factory() {
        // The JDK's own, whatever a bundle offers.
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_NAMESPACE_AWARE, true);
        factory.setProperty(XMLConstants.ACCESS_EXTERNAL_DTD, "");
        factory.setXMLResolver((_, _, _, _) -> {
            throw new XMLStreamException("nothing outside of the document is read");
        });
        return factory;
    }

    static VioObject read(byte[] document) {
        Limits.requireSize(document);
        try {
            XMLStreamReader reader = FACTORY.createXMLStreamReader(new ByteArrayInputStream(document));
            try {
                return new XmlReader().document(reader);
            } finally {
                reader.close();
            }
        } catch (XMLStreamException e) {
            throw Limits.bad(reason(e));
        }
    }

    private static String reason(XMLStreamException e) {
        String[] lines = String.valueOf(e.getMessage()).split("\n");
        String last = lines[lines.length - 1].replaceFirst("^Message: ", "").strip();
        String where = e.getLocation() == null
                ? ""
                : "line " + e.getLocation().getLineNumber() + ", column "
                        + e.getLocation().getColumnNumber() + ": ";
        return where + (last.endsWith(".") ? last.substring(0, last.length() - 1) : last);
    }

    private VioObject document(XMLStreamReader reader) throws XMLStreamException {
        VioObject document = null;
        while (reader.hasNext()) {
            switch (reader.next()) {
                case XMLStreamConstants.DTD -> throw Limits.bad("it has a document type, which no request needs");
                case XMLStreamConstants.START_ELEMENT -> document = element(reader, 1);
                default -> skip(reader);
            }
        }
        if (document == null) {
            throw Limits.bad("it has no element");
        }
        return document;
    }

    private VioObject element(XMLStreamReader reader, int depth) throws XMLStreamException {
        limits.count(depth);
        if (!VioApi.NAMESPACE.equals(reader.getNamespaceURI())) {
            throw Limits.bad("the element " + reader.getLocalName() + " is in the namespace '"
                    + String.valueOf(reader.getNamespaceURI()).replace("null", "") + "' and not in '"
                    + VioApi.NAMESPACE + "'");
        }
        String type = reader.getLocalName();
        Map<String, Object> values = values(reader);
        List<VioObject> parts = new ArrayList<>();
        while (true) {
            switch (reader.next()) {
                case XMLStreamConstants.START_ELEMENT -> parts.add(element(reader, depth + 1));
                case XMLStreamConstants.END_ELEMENT -> {
                    return new VioObject(type, values, parts);
                }
                default -> skip(reader);
            }
        }
    }

    private static Map<String, Object> values(XMLStreamReader reader) {
        Map<String, Object> values = new LinkedHashMap<>();
        for (int i = 0; i < reader.getAttributeCount(); i++) {
            String namespace = reader.getAttributeNamespace(i);
            if (XMLConstants.W3C_XML_SCHEMA_INSTANCE_NS_URI.equals(namespace)) {
                continue; // where a writer found the schema: this node has its own
            }
            if (namespace != null && !namespace.isEmpty()) {
                throw Limits.bad("the attribute " + reader.getAttributeLocalName(i) + " is in a namespace");
            }
            Limits.requireValue(reader.getAttributeValue(i));
            values.put(reader.getAttributeLocalName(i), reader.getAttributeValue(i));
        }
        return values;
    }

    private static void skip(XMLStreamReader reader) {
        switch (reader.getEventType()) {
            case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA, XMLStreamConstants.ENTITY_REFERENCE -> {
                if (reader.getEventType() == XMLStreamConstants.ENTITY_REFERENCE || !reader.isWhiteSpace()) {
                    throw Limits.bad("line " + reader.getLocation().getLineNumber()
                            + ": there is text between the elements; all values are attributes");
                }
            }
            case XMLStreamConstants.PROCESSING_INSTRUCTION ->
                throw Limits.bad("it has a processing instruction, which no request needs");
            default -> {
                // a comment, blanks, the end
            }
        }
    }
}
