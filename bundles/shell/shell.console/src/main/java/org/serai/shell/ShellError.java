package org.serai.shell;

import org.serai.ffdc.Category;
import org.serai.ffdc.ErrorCode;

/** Errors of the shell. */
public enum ShellError implements ErrorCode {
    /** The node does not run, or its socket cannot be reached; told by {@code serai-client}. */
    NOT_RUNNING("SERAI-SHELL-0001", Category.USER),
    /** Options or parameters that the command does not take. Exit code 2. */
    WRONG_USAGE("SERAI-SHELL-0002", Category.USER),
    /** No command has that name. Exit code 2. */
    UNKNOWN_COMMAND("SERAI-SHELL-0003", Category.USER),
    /** The line is no line of the shell's language. Exit code 2. */
    SYNTAX("SERAI-SHELL-0004", Category.USER),
    /** A defect: details are in the log. */
    INTERNAL("SERAI-SHELL-0005", Category.FATAL),
    /** A service that the command needs is not there. */
    SERVICE_MISSING("SERAI-SHELL-0006", Category.OPERATOR),
    /** Something that the line names could not be used: a file to read or write, a redirection. */
    FAILED("SERAI-SHELL-0007", Category.USER),
    /** The client and the console do not speak the same protocol, or too much was sent. */
    PROTOCOL("SERAI-SHELL-0008", Category.USER),
    /** The socket cannot be made. */
    NO_SOCKET("SERAI-SHELL-0009", Category.OPERATOR),
    /** The command was cancelled. Exit code 130. */
    CANCELLED("SERAI-SHELL-0010", Category.USER);

    private final String code;
    private final Category category;

    ShellError(String code, Category category) {
        this.code = code;
        this.category = category;
    }

    @Override
    public String code() {
        return code;
    }

    @Override
    public Category category() {
        return category;
    }
}
