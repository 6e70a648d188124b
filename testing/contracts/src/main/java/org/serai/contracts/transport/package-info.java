/** What every cluster interconnect must do. */
package org.serai.contracts.transport;
