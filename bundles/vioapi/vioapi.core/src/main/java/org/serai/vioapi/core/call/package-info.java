/** What is done with a request: who may ask, one revision for what is read, once only for what changes something. Private. */
package org.serai.vioapi.core.call;
