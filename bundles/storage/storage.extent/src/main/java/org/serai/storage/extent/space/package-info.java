/** Who owns which unit of the PVs: ledgers, and taking and giving back. Private. */
package org.serai.storage.extent.space;
