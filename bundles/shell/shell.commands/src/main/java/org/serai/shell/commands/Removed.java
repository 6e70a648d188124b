package org.serai.shell.commands;

/** What a command took away, by name. */
record Removed(String removed) {}
