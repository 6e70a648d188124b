/** Documents: XML and JSON, both strictly read, and the schema that every one is held against. Private. */
package org.serai.vioapi.core.document;
