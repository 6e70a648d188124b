/** The VIOS DB's server: SQLite itself, behind a way on which statements take time and get lost. */
package org.serai.simulator.database;
