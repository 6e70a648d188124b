/** The launcher: runs a node, the demo and the bench. */
package org.serai.launcher;
