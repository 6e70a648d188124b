package org.serai.shell.commands;

/** What a command took away, by name. */
public record Removed(String removed) {}
