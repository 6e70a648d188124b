/** A cluster interconnect inside one process. */
package org.serai.transport.loopback;
