/**
 * The VIOS API: a request document goes in, an answer comes out, validated both ways. What can be asked, and of which
 * objects, is in the schema {@code vio-1.xsd} and in {@code docs/vioapi.md}.
 */
@Export
@Version("0.1.0")
package org.serai.vioapi;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
