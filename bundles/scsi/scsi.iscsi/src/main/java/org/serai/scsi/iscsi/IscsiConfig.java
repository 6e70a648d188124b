package org.serai.scsi.iscsi;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Configuration of the iSCSI portal; keys begin with {@code iscsi.}. */
@ObjectClassDefinition(
        name = "iSCSI portal",
        description = "Where partitions and other initiators reach the LUs that this node exports.")
public @interface IscsiConfig {
    /** Listening address. */
    @AttributeDefinition(
            description = "The address that the portal listens on and that initiators are told; a name or address of"
                    + " this host, no wildcard. Initiators on other hosts cannot reach a loopback address.")
    String host() default "127.0.0.1";

    /** Listening port. */
    @AttributeDefinition(
            min = "0",
            max = "65535",
            description = "The TCP port of the portal, 0 to 65535; 0 takes any free port.")
    int port() default 3260;

    /** Time for a login. */
    @AttributeDefinition(
            min = "100",
            max = "600000",
            description = "A connection that has not logged in after this time, in milliseconds, is closed; 100 to"
                    + " 600000.")
    long loginTimeoutMs() default 15_000;

    /** Connections in all. */
    @AttributeDefinition(
            min = "1",
            max = "65535",
            description = "How many connections there may be at once, 1 to 65535.")
    int maxConnections() default 1024;

    /** Connections that have not logged in. */
    @AttributeDefinition(
            min = "1",
            max = "65535",
            description = "How many connections may be in their login at once, 1 to 65535; further ones are closed.")
    int maxLogins() default 64;

    /** Connections of one address that have not logged in. */
    @AttributeDefinition(
            min = "1",
            max = "65535",
            description =
                    "How many connections from one address may be in their login at once, 1 to 65535; further ones"
                            + " are closed.")
    int maxLoginsPerAddress() default 48;

    /** Silence before a NOP-In. */
    @AttributeDefinition(
            min = "100",
            max = "3600000",
            description = "An initiator that has been silent for so long, in milliseconds, is asked for a sign of life;"
                    + " 100 to 3600000. A discovery session is closed then.")
    long idleMs() default 30_000;

    /** Silence after a NOP-In. */
    @AttributeDefinition(
            min = "100",
            max = "3600000",
            description =
                    "An initiator that gives no sign of life for so long after it was asked, or takes nothing of"
                            + " what it is sent for so long beyond iscsi.idleMs, in milliseconds, is disconnected; 100 to 3600000.")
    long pingTimeoutMs() default 30_000;

    /** Memory for buffers. */
    @AttributeDefinition(
            min = "8",
            max = "65536",
            description =
                    "How much memory the buffers of all connections take at most, in MiB; 8 to 65536. A connection"
                            + " takes 1 MiB, and all of them half; the other half is for data that comes or goes in parts.")
    int bufferMiB() default 256;

    /** CHAP for discovery. */
    @AttributeDefinition(
            description = "Whether an initiator has to prove itself by CHAP before it is told the names of the targets"
                    + " that it may see.")
    boolean discoveryAuthentication() default false;
}
