/** The transport fault: another transport, with faults. */
package org.serai.transport.fault;
