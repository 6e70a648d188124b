/** The VIOS API over HTTP/1.1, at a local socket and with TLS. Private. */
package org.serai.vioapi.http;
