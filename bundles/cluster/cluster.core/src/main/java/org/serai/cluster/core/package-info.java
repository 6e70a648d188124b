/** The cluster core as components: settings, and the service that is there before any membership. */
package org.serai.cluster.core;
