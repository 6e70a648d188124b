/** {@code serai demo}: the platform's main job, shown from end to end. */
package org.serai.launcher.demo;
