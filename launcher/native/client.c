/*
 * serai-client: reaches a node's shell over its Unix socket.
 *
 *   serai-client exec SOCKET COMMAND   runs a line, exits with its exit code
 *   serai-client shell SOCKET          an interactive session
 *
 * The protocol (version 1) is described in the README of bundles/shell/shell.console: frames of one byte of type, four
 * bytes of length, most significant first, and the payload.
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <termios.h>
#include <unistd.h>

#include "ending.h"

enum { PROTOCOL_VERSION = 1, HEADER_BYTES = 5, COMMAND_BYTES_MAX = 1 << 20, TERM_BYTES_MAX = 64 };
enum { CHUNK_BYTES = 4096 }; /* what a pipe that polls as writable takes without blocking */

static volatile sig_atomic_t stop_signal;
static volatile sig_atomic_t window_changed;
static sigset_t open_mask; /* signals arrive only while waiting, with this mask */
static int input_is_wanted;

static void on_signal(int number) {
    if (number == SIGWINCH) {
        window_changed = 1;
    } else {
        stop_signal = number;
    }
}

static void catch_signals(void) {
    static const int caught[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGWINCH};
    struct sigaction action = {.sa_handler = on_signal};
    sigset_t blocked;
    sigemptyset(&blocked);
    for (size_t i = 0; i < sizeof caught / sizeof *caught; i++) {
        sigaddset(&blocked, caught[i]);
        sigaction(caught[i], &action, NULL);
    }
    sigprocmask(SIG_BLOCK, &blocked, &open_mask);
    for (size_t i = 0; i < sizeof caught / sizeof *caught; i++) {
        sigdelset(&open_mask, caught[i]);
    }
    signal(SIGPIPE, SIG_IGN);
}

static void stop_if_signalled(void) {
    if (stop_signal) {
        leave(EXIT_SIGNAL + stop_signal);
    }
}

/* Waits for one of the descriptors; returns early, with no events, after SIGWINCH. */
static void wait_for(struct pollfd *fds, nfds_t count) {
    for (nfds_t i = 0; i < count; i++) {
        fds[i].revents = 0;
    }
    if (ppoll(fds, count, NULL, &open_mask) < 0) {
        if (errno != EINTR) {
            fail(EXIT_FAILED, "SERAI-SHELL-0007", strerror(errno), "try again", "Waiting for the node failed");
        }
        for (nfds_t i = 0; i < count; i++) {
            fds[i].revents = 0;
        }
    }
    stop_if_signalled();
}

static _Noreturn void connection_lost(void) {
    fail(EXIT_FAILED, "SERAI-SHELL-0001", "the node was stopped or has died while it was asked",
         "look at it with serai status; what the command did may be done or not", "The node closed the connection");
}

static void send_all(int sock, const unsigned char *bytes, size_t length) {
    while (length > 0) {
        struct pollfd fd = {.fd = sock, .events = POLLOUT};
        wait_for(&fd, 1);
        ssize_t sent = send(sock, bytes, length, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (sent < 0 && (errno == EAGAIN || errno == EINTR)) {
            continue;
        }
        if (sent < 0) {
            return; /* the node has said why, or its end is read next */
        }
        bytes += sent;
        length -= (size_t)sent;
    }
}

static void send_frame(int sock, char type, const void *payload, size_t length) {
    unsigned char header[HEADER_BYTES] = {(unsigned char)type, (unsigned char)(length >> 24),
                                          (unsigned char)(length >> 16), (unsigned char)(length >> 8),
                                          (unsigned char)length};
    send_all(sock, header, sizeof header);
    send_all(sock, payload, length);
}

static void put_window(unsigned char *to, int fd) {
    struct winsize size;
    memset(&size, 0, sizeof size);
    if (isatty(fd) && ioctl(fd, TIOCGWINSZ, &size) != 0) {
        memset(&size, 0, sizeof size);
    }
    to[0] = (unsigned char)(size.ws_col >> 8);
    to[1] = (unsigned char)size.ws_col;
    to[2] = (unsigned char)(size.ws_row >> 8);
    to[3] = (unsigned char)size.ws_row;
}

/* Version, mode, window, the value of TERM, a zero byte, and the working directory. */
static void send_hello(int sock, char mode) {
    unsigned char hello[6 + TERM_BYTES_MAX + 1 + PATH_MAX] = {PROTOCOL_VERSION, (unsigned char)mode};
    char directory[PATH_MAX];
    const char *term = getenv("TERM");
    size_t length = 6;
    put_window(hello + 2, STDOUT_FILENO);
    if (term != NULL && strlen(term) <= TERM_BYTES_MAX) {
        memcpy(hello + length, term, strlen(term));
        length += strlen(term);
    }
    hello[length++] = 0;
    if (getcwd(directory, sizeof directory) != NULL) {
        memcpy(hello + length, directory, strlen(directory));
        length += strlen(directory);
    }
    send_frame(sock, 'H', hello, length);
}

/* A path that is too long for the kernel goes over a descriptor of its folder. */
static void set_path(struct sockaddr_un *address, const char *path) {
    const char *slash = strrchr(path, '/');
    if (strlen(path) < sizeof address->sun_path) {
        strcpy(address->sun_path, path);
        return;
    }
    char *folder = slash == NULL ? NULL : strndup(path, (size_t)(slash - path));
    int fd = folder == NULL ? -1 : open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
    free(folder);
    if (fd < 0 ||
        snprintf(address->sun_path, sizeof address->sun_path, "/proc/self/fd/%d%s", fd, slash) >=
            (int)sizeof address->sun_path) {
        fail(EXIT_FAILED, "SERAI-SHELL-0001", fd < 0 ? strerror(errno) : "the name is too long",
             "start it with serai run", "The node does not run: no socket %s", path);
    }
}

static int connect_to(const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int sock = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (sock < 0) {
        fail(EXIT_FAILED, "SERAI-SHELL-0007", strerror(errno), "close some programs and try again",
             "No socket could be made");
    }
    set_path(&address, path);
    if (connect(sock, (struct sockaddr *)&address, sizeof address) == 0) {
        return sock;
    }
    switch (errno) {
    case ENOENT:
    case ENOTDIR:
        fail(EXIT_FAILED, "SERAI-SHELL-0001", "there is no such socket", "start it with serai run",
             "The node does not run: no socket %s", path);
    case ECONNREFUSED:
        fail(EXIT_FAILED, "SERAI-SHELL-0001", "nobody listens on its socket any more", "start it with serai run",
             "The node does not run: %s is left from an earlier start", path);
    case EACCES:
        fail(EXIT_FAILED, "SERAI-SHELL-0001", "the socket belongs to another user",
             "become the user that runs the node, for example with sudo", "%s cannot be reached", path);
    default:
        fail(EXIT_FAILED, "SERAI-SHELL-0001", strerror(errno), "look at the node with serai status",
             "%s cannot be reached", path);
    }
}

static void write_out(int fd, const unsigned char *bytes, size_t length) {
    while (length > 0) {
        struct pollfd out = {.fd = fd, .events = POLLOUT};
        wait_for(&out, 1);
        if (out.revents == 0) {
            continue;
        }
        ssize_t written = write(fd, bytes, length < CHUNK_BYTES ? length : CHUNK_BYTES);
        if (written < 0 && (errno == EAGAIN || errno == EINTR)) {
            continue;
        }
        if (written < 0) {
            leave(errno == EPIPE ? EXIT_SIGNAL + SIGPIPE : EXIT_FAILED);
        }
        bytes += written;
        length -= (size_t)written;
    }
}

/* What has been read of the frame that is under way. */
struct incoming {
    unsigned char header[HEADER_BYTES];
    size_t header_length;
    uint32_t payload_left;
};

static void take_payload(struct incoming *frame, const unsigned char *bytes, size_t length) {
    switch (frame->header[0]) {
    case 'O':
        write_out(STDOUT_FILENO, bytes, length);
        break;
    case 'E':
        write_out(STDERR_FILENO, bytes, length);
        break;
    case 'R':
        input_is_wanted = 1;
        break;
    case 'X':
        leave(bytes[0]);
    default:
        fail(EXIT_FAILED, "SERAI-SHELL-0008", "the node and this program are of different versions",
             "use the serai-client that came with the node", "The node sent a frame of unknown type");
    }
    frame->payload_left -= (uint32_t)length;
    if (frame->payload_left == 0) {
        frame->header_length = 0;
    }
}

static void take(struct incoming *frame, const unsigned char *bytes, size_t length) {
    while (length > 0) {
        size_t used;
        if (frame->header_length < HEADER_BYTES) {
            used = HEADER_BYTES - frame->header_length;
            used = used < length ? used : length;
            memcpy(frame->header + frame->header_length, bytes, used);
            frame->header_length += used;
            if (frame->header_length == HEADER_BYTES) {
                frame->payload_left = (uint32_t)frame->header[1] << 24 | (uint32_t)frame->header[2] << 16 |
                                      (uint32_t)frame->header[3] << 8 | frame->header[4];
                frame->header_length = frame->payload_left == 0 ? 0 : HEADER_BYTES;
            }
        } else {
            used = frame->payload_left < length ? frame->payload_left : length;
            take_payload(frame, bytes, used);
        }
        bytes += used;
        length -= used;
    }
}

static void receive(int sock, struct incoming *frame) {
    unsigned char bytes[1 << 16];
    ssize_t length = recv(sock, bytes, sizeof bytes, MSG_DONTWAIT);
    if (length > 0) {
        take(frame, bytes, (size_t)length);
    } else if (length == 0 || (errno != EAGAIN && errno != EINTR)) {
        connection_lost();
    }
}

/* Whether the option stands in the line as a word of its own; what the node makes of it is the node's affair. */
static int asks_for_json(const char *command) {
    static const char option[] = "--json";
    for (const char *at = strstr(command, option); at != NULL; at = strstr(at + 1, option)) {
        char after = at[sizeof option - 1];
        if (at > command && isspace((unsigned char)at[-1]) && (after == '\0' || isspace((unsigned char)after))) {
            return 1;
        }
    }
    return 0;
}

/* One piece of the input, only because the node asked for it: the rest is whose who comes next. Empty at its end. */
static void send_input(int sock) {
    unsigned char bytes[CHUNK_BYTES];
    ssize_t length = read(STDIN_FILENO, bytes, sizeof bytes);
    if (length < 0 && (errno == EAGAIN || errno == EINTR)) {
        return;
    }
    input_is_wanted = 0;
    send_frame(sock, 'I', bytes, length < 0 ? 0 : (size_t)length);
}

static _Noreturn void run_exec(const char *path, const char *command) {
    struct incoming frame = {.header_length = 0};
    size_t length = strlen(command);
    errors_are_json = asks_for_json(command);
    if (length == 0 || length > COMMAND_BYTES_MAX) {
        fail(EXIT_USAGE, "SERAI-SHELL-0002", length == 0 ? "it is empty" : "it is longer than 1 MiB",
             "give one line, for example serai exec --instance DIR 'lu:list --json'", "That is no command");
    }
    int sock = connect_to(path);
    send_hello(sock, 'E');
    send_frame(sock, 'C', command, length);
    for (;;) {
        struct pollfd fds[] = {{.fd = sock, .events = POLLIN},
                               {.fd = input_is_wanted ? STDIN_FILENO : -1, .events = POLLIN}};
        wait_for(fds, 2);
        if (fds[1].revents) {
            send_input(sock);
        }
        if (fds[0].revents) {
            receive(sock, &frame);
        }
    }
}

static void make_raw(void) {
    struct termios raw;
    if (tcgetattr(STDIN_FILENO, &saved_terminal) != 0) {
        fail(EXIT_USAGE, "SERAI-SHELL-0002", "its input is no terminal", "use serai exec for scripts",
             "A session needs a terminal");
    }
    raw = saved_terminal;
    cfmakeraw(&raw);
    terminal_is_raw = 1;
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &raw);
}

static void send_typed(int sock) {
    unsigned char typed[CHUNK_BYTES];
    ssize_t length = read(STDIN_FILENO, typed, sizeof typed);
    if (length > 0) {
        send_frame(sock, 'I', typed, (size_t)length);
    } else if (length == 0 || (errno != EAGAIN && errno != EINTR)) {
        leave(EXIT_SIGNAL + SIGHUP); /* the terminal is gone */
    }
}

static _Noreturn void run_shell(const char *path) {
    struct incoming frame = {.header_length = 0};
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
        fail(EXIT_USAGE, "SERAI-SHELL-0002", "its input or output is no terminal", "use serai exec for scripts",
             "A session needs a terminal");
    }
    int sock = connect_to(path);
    send_hello(sock, 'S');
    make_raw();
    for (;;) {
        struct pollfd fds[] = {{.fd = sock, .events = POLLIN}, {.fd = STDIN_FILENO, .events = POLLIN}};
        wait_for(fds, 2);
        if (window_changed) {
            unsigned char window[4];
            window_changed = 0;
            put_window(window, STDOUT_FILENO);
            send_frame(sock, 'W', window, sizeof window);
        }
        if (fds[1].revents) {
            send_typed(sock);
        }
        if (fds[0].revents) {
            receive(sock, &frame);
        }
    }
}

/* So that the socket is none of them where one was closed. */
static void open_standard_descriptors(void) {
    int fd;
    do {
        fd = open("/dev/null", O_RDWR);
    } while (fd >= 0 && fd <= STDERR_FILENO);
    if (fd >= 0) {
        close(fd);
    }
}

int main(int count, char **args) {
    open_standard_descriptors();
    catch_signals();
    if (count == 4 && strcmp(args[1], "exec") == 0) {
        run_exec(args[2], args[3]);
    }
    if (count == 3 && strcmp(args[1], "shell") == 0) {
        run_shell(args[2]);
    }
    fail(EXIT_USAGE, "SERAI-SHELL-0002", "the arguments are not those of one of its two forms",
         "serai-client exec SOCKET COMMAND, or serai-client shell SOCKET", "Wrong usage of serai-client");
}
