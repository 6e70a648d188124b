/** A driver that wraps another one and lets it fail. Private. */
package org.serai.storage.fault;
