/** The daemon (VIOD): makes and consumes messages, keeps the response queue. */
package org.serai.message.core.daemon;
