/** {@code serai bench}: figures beside a peer, in one run, as ratios. */
package org.serai.launcher.bench;
