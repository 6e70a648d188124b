/** Servers of others that tests need, as real processes, and the patience of every test. */
package org.serai.testkit;
