package org.serai.shell.commands.platform;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.osgi.framework.Bundle;
import org.osgi.service.component.ComponentConstants;
import org.serai.platform.PlatformError;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/** The components that a bundle declares (OSGi Compendium, 112.4), known also while the bundle is stopped. */
final class DeclaredComponents {
    private static final Logger LOG = LoggerFactory.getLogger(DeclaredComponents.class);

    private DeclaredComponents() {}

    /** Those of the given properties that components of the bundle have, with their values, a map a component. */
    static List<Map<String, String>> properties(Bundle bundle, Set<String> wanted) {
        String header = bundle.getHeaders("").get(ComponentConstants.SERVICE_COMPONENT);
        if (header == null) {
            return List.of();
        }
        List<Map<String, String>> components = new ArrayList<>();
        for (String path : header.split(",")) {
            URL document = entry(bundle, path.strip());
            if (document != null) { // a wildcard, which we do not write, a fragment's, or gone
                components.add(read(bundle, document, wanted));
            }
        }
        return components;
    }

    private static URL entry(Bundle bundle, String path) {
        try {
            return bundle.getEntry(path);
        } catch (IllegalStateException e) { // it was uninstalled since it was listed
            LOG.debug("{} of bundle {} is gone: {}", path, bundle.getSymbolicName(), e.getMessage());
            return null;
        }
    }

    private static Map<String, String> read(Bundle bundle, URL document, Set<String> wanted) {
        try (InputStream in = document.openStream()) {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            NodeList properties = factory.newDocumentBuilder().parse(in).getElementsByTagName("property");
            Map<String, String> found = new TreeMap<>();
            for (int i = 0; i < properties.getLength(); i++) {
                Element property = (Element) properties.item(i);
                if (wanted.contains(property.getAttribute("name"))) {
                    found.put(property.getAttribute("name"), property.getAttribute("value"));
                }
            }
            return found;
        } catch (IOException e) {
            // The bundle is being replaced at this moment: its old content is closed, the next look finds the new one.
            LOG.debug("{} of bundle {} is gone: {}", document, bundle.getSymbolicName(), e.getMessage());
            return Map.of();
        } catch (ParserConfigurationException | SAXException e) {
            throw PlatformError.NO_SUCH_BUNDLE.error(
                    "The components of bundle " + bundle.getSymbolicName() + " cannot be read",
                    e.toString(),
                    "deploy the bundle again",
                    e);
        }
    }
}
