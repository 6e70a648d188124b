/** The VIOS DB over JDBC: one code for SQLite and PostgreSQL. */
package org.serai.database.jdbc;
