package org.serai.vioapi.http;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.AttributeType;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Configuration of the VIOS API; keys begin with {@code vioapi.}. */
@ObjectClassDefinition(
        name = "VIOS API",
        description = "Where programs reach the VIOS API by HTTPS, beside the local socket run/vioapi.sock.")
public @interface VioConfig {
    /** Listening port. */
    @AttributeDefinition(
            min = "-1",
            max = "65535",
            description = "The TCP port of the API, 0 to 65535; 0 takes any free port, -1 listens at the local socket"
                    + " only.")
    int port() default -1;

    /** Listening address. */
    @AttributeDefinition(
            description = "The address that the API listens on: a name or address of this host, or 0.0.0.0 for all."
                    + " Programs on other hosts cannot reach a loopback address.")
    String address() default "127.0.0.1";

    /** Certificate. */
    @AttributeDefinition(
            description = "A PKCS #12 file with the key and the certificate that the API shows. Empty: the node makes"
                    + " one itself, in the instance directory.")
    String keystore() default "";

    /** Password of the file. */
    @AttributeDefinition(type = AttributeType.PASSWORD, description = "The password of vioapi.keystore.")
    String keystorePassword() default "";

    /** Connections in all. */
    @AttributeDefinition(
            min = "1",
            max = "65535",
            description = "How many connections there may be at once, 1 to 65535; further ones wait.")
    int maxConnections() default 128;

    /** Streams of events. */
    @AttributeDefinition(
            min = "0",
            max = "65535",
            description = "How many streams of events (GET /vio/1/events) there may be at once, 0 to 65535; each is one"
                    + " of the connections.")
    int maxStreams() default 32;

    /** Time for a request to come in. */
    @AttributeDefinition(
            min = "100",
            max = "600000",
            description = "A connection whose next request has not come completely after this time, in milliseconds, is"
                    + " closed; 100 to 600000.")
    long requestTimeoutMs() default 30_000;

    /** Failures of one peer. */
    @AttributeDefinition(
            min = "1",
            max = "10000",
            description = "After so many requests without a valid token within a minute, 1 to 10000, an address is"
                    + " answered no more for the rest of that minute.")
    int maxFailuresPerMinute() default 10;
}
