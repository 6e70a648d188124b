/** The messaging daemon of a node. */
package org.serai.message.core;
