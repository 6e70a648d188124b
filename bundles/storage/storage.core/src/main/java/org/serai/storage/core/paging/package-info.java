/** Paging LUs: which one a partition gets, how it grows and shrinks, and how it is taken back. Private. */
package org.serai.storage.core.paging;
