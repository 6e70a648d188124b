/** Alerts of fill: thresholds with hysteresis over what travels back with each write. Private. */
package org.serai.storage.core.alert;
