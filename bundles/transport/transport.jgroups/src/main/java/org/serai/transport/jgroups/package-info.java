/** The cluster interconnect on JGroups over mutually authenticated TLS. */
package org.serai.transport.jgroups;
