/** What the API keeps in the VIOS DB. Private. */
package org.serai.vioapi.core.record;
