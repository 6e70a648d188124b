package org.serai.vioapi;

import org.osgi.annotation.versioning.ProviderType;

/**
 * The VIOS API of this node. Always a service; before the node belongs to a cluster it answers of the node itself only.
 * Every way in, Java, local socket or HTTPS, XML or JSON, is the same call: the request is held against the schema, done,
 * and the answer is held against the schema.
 */
@ProviderType
public interface VioApi {
    /** The namespace of version 1. */
    String NAMESPACE = "urn:serai:vio:1";

    /** The most that a request may have, in bytes. */
    int REQUEST_BYTES_MAX = 1 << 20;

    /** Does what is asked; whatever goes wrong is a {@link VioAnswer.VioException}. */
    VioAnswer call(Caller caller, VioRequest request);

    /** The same from document to document. */
    Exchange exchange(Caller caller, Form form, byte[] document, Form answerForm);

    /** An error of the way in, as a document. */
    Exchange refusal(org.serai.ffdc.SeraiException error, Form form);

    /** An answer as it goes out. */
    Exchange exchange(VioAnswer answer, Form form);

    /** An object as one line of JSON, as it stands in a stream of events. */
    String line(VioObject object);

    /** The schema, {@code vio-1.xsd}. */
    byte[] schema();

    /**
     * An answer as it goes out.
     *
     * @param answer what it says
     * @param document its bytes
     */
    record Exchange(VioAnswer answer, byte[] document) {}
}
