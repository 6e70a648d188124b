/** The VIOS API as services of a node. Private. */
package org.serai.vioapi.core;
