/** The kinds of objects: how each is shown, and what can be asked of it, over the services of its domain. Private. */
package org.serai.vioapi.core.object;
