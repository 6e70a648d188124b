/* What watching and being watched share: how a process is named so that a reused pid is never meant, and the socket's address. */
#ifndef SERAI_PROCESS_H
#define SERAI_PROCESS_H

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

enum { EXIT_USAGE = 2, EXIT_BUSY = 3, EXIT_NO_NODE = 4, EXIT_NO_WATCHDOG = 5, EXIT_SYSTEM = 6 };

struct process {
    pid_t pid;
    unsigned long long start_ticks;
    int pidfd;
};

__attribute__((format(printf, 2, 3), noreturn)) static void refuse(int code, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    fputs("serai-watchdog: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    exit(code);
}

static bool number(const char *text, long long *value) {
    char *end;
    errno = 0;
    *value = strtoll(text, &end, 10);
    return errno == 0 && end != text && *end == 0 && *value >= 0;
}

/* The start time of a process in clock ticks, field 22 of /proc/PID/stat; the command's name may hold anything. */
static bool start_of(pid_t pid, unsigned long long *ticks) {
    char path[64], text[1024];
    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return false;
    ssize_t length = read(fd, text, sizeof text - 1);
    close(fd);
    if (length <= 0) return false;
    text[length] = 0;
    char *at = strrchr(text, ')');
    return at != NULL
        && sscanf(at + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d %*d %llu", ticks) == 1;
}

/* Holds a process by pidfd; false if it is gone or the pid is another process by now. */
static bool hold(struct process *process, pid_t pid, unsigned long long start_ticks) {
    unsigned long long ticks;
    int fd = syscall(SYS_pidfd_open, pid, 0);
    if (fd < 0) return false;
    if (!start_of(pid, &ticks) || ticks != start_ticks) {
        close(fd);
        return false;
    }
    *process = (struct process){pid, start_ticks, fd};
    return true;
}

static bool ended(const struct process *process) {
    struct pollfd poll_fd = {process->pidfd, POLLIN, 0};
    return poll(&poll_fd, 1, 0) == 1;
}

/* Binds or connects by way of an open directory, because a socket's own path may hold 107 bytes only. */
static struct sockaddr_un socket_address(int directory, const char *name) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int length = snprintf(address.sun_path, sizeof address.sun_path, "/proc/self/fd/%d/%s", directory, name);
    if (length < 0 || (size_t)length >= sizeof address.sun_path) refuse(EXIT_USAGE, "the socket's name %s is too long", name);
    return address;
}

#endif
