package org.serai.vioapi.core.document;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import javax.xml.XMLConstants;
import javax.xml.transform.stream.StreamSource;
import javax.xml.validation.Schema;
import javax.xml.validation.SchemaFactory;
import javax.xml.validation.Validator;
import org.xml.sax.ErrorHandler;
import org.xml.sax.SAXException;
import org.xml.sax.SAXParseException;

/**
 * The schema {@code vio-1.xsd}. What is held against it is always what this node itself has written: a caller's bytes
 * are read by {@link XmlReader} and {@link Json} only.
 */
final class VioSchema {
    private static final String FILE = "/vio-1.xsd";
    private static final int TOLD_MAX = 5;

    private final byte[] text;
    private volatile Schema compiled;

    VioSchema() {
        try (InputStream in = VioSchema.class.getResourceAsStream(FILE)) {
            text = in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    byte[] text() {
        return text.clone();
    }

    /** What of a document is not as the schema says, a sentence each; empty if all of it is. */
    List<String> faults(byte[] xml) {
        Faults faults = new Faults();
        try {
            Validator validator = compiled().newValidator();
            validator.setProperty(XMLConstants.ACCESS_EXTERNAL_DTD, "");
            validator.setProperty(XMLConstants.ACCESS_EXTERNAL_SCHEMA, "");
            validator.setErrorHandler(faults);
            validator.validate(new StreamSource(new ByteArrayInputStream(xml)));
        } catch (SAXException e) {
            faults.told.add(words(e));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return List.copyOf(faults.told);
    }

    /** Compiled at the first use: a node that nobody asks does not pay for it. */
    private Schema compiled() throws SAXException {
        Schema known = compiled;
        if (known == null) {
            SchemaFactory factory = SchemaFactory.newDefaultInstance();
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            factory.setProperty(XMLConstants.ACCESS_EXTERNAL_DTD, "");
            factory.setProperty(XMLConstants.ACCESS_EXTERNAL_SCHEMA, "");
            known = factory.newSchema(new StreamSource(new ByteArrayInputStream(text)));
            compiled = known;
        }
        return known;
    }

    /** The parser's words without its rule's name and without the namespace. */
    private static String words(SAXException e) {
        String words = String.valueOf(e.getMessage())
                .replaceFirst("^cvc-[A-Za-z0-9.-]+: ", "")
                .replaceAll("\"urn:serai:vio:1\":", "");
        return words.endsWith(".") ? words.substring(0, words.length() - 1) : words;
    }

    private static final class Faults implements ErrorHandler {
        private final List<String> told = new ArrayList<>();

        @Override
        public void warning(SAXParseException e) {
            error(e);
        }

        @Override
        public void error(SAXParseException e) {
            if (told.size() < TOLD_MAX) {
                told.add(words(e));
            }
        }

        @Override
        public void fatalError(SAXParseException e) {
            error(e);
        }
    }
}
