/** Servers of others that tests need, as real processes. */
package org.serai.testkit;
