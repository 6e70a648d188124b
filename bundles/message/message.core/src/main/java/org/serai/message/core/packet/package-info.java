/** The packet of the VIOS protocol, byte by byte: docs/protocol.md. */
package org.serai.message.core.packet;
