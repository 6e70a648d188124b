/* How serai-client ends: with the terminal as it was, and errors in the one form, or in JSON for who asks for that. */
#ifndef SERAI_ENDING_H
#define SERAI_ENDING_H

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

enum { EXIT_FAILED = 1, EXIT_USAGE = 2, EXIT_SIGNAL = 128 };

static struct termios saved_terminal;
static int terminal_is_raw;
static int errors_are_json;

static void restore_terminal(void) {
    if (terminal_is_raw) {
        terminal_is_raw = 0;
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &saved_terminal);
    }
}

/* Every end goes through here, so that the terminal is as it was. */
static _Noreturn void leave(int code) {
    restore_terminal();
    exit(code);
}

/* Prints a member of a JSON object (RFC 8259). */
static void print_member(const char *separator, const char *name, const char *text) {
    printf("%s\"%s\":\"", separator, name);
    for (; *text != '\0'; text++) {
        unsigned char c = (unsigned char)*text;
        if (c < 0x20) {
            printf("\\u%04x", c);
        } else {
            printf(c == '"' || c == '\\' ? "\\%c" : "%c", c);
        }
    }
    putchar('"');
}

static _Noreturn void fail(int exit_code, const char *code, const char *cause, const char *action, const char *form, ...) {
    char what[PATH_MAX + 128];
    va_list values;
    restore_terminal();
    va_start(values, form);
    vsnprintf(what, sizeof what, form, values);
    va_end(values);
    if (errors_are_json) {
        print_member("{\"error\":{", "code", code);
        print_member(",", "message", what);
        print_member(",", "cause", cause);
        print_member(",", "action", action);
        puts("}}");
    } else {
        fprintf(stderr, "%s: %s\ncause: %s\ndo: %s\n", code, what, cause, action);
    }
    exit(exit_code);
}

#endif
