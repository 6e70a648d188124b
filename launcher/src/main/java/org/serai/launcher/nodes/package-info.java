/** Nodes as an operator drives them, by the script {@code serai}: for the demo, the benchmarks and the system tests. */
package org.serai.launcher.nodes;
