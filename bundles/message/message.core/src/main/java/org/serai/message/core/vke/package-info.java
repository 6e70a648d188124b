/** The VKE: puts packets on the interconnect, keeps RC arrays, issues receipts, hands messages up in order and once. */
package org.serai.message.core.vke;
