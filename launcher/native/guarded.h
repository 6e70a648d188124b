/* The side of a process that is to be guarded: it tells the watchdog, waits, and becomes the command, with the same pid. */
#ifndef SERAI_GUARDED_H
#define SERAI_GUARDED_H

#include <limits.h>
#include <sys/time.h>

#include "process.h"

static int main_run(int count, char **arguments) {
    unsigned long long ticks;
    char answer[32] = "", copy[PATH_MAX];
    if (count < 3 || strcmp(arguments[1], "--") != 0) refuse(EXIT_USAGE, "run needs SOCKET -- COMMAND...");
    if (snprintf(copy, sizeof copy, "%s", arguments[0]) >= (int)sizeof copy) refuse(EXIT_USAGE, "the socket's path is too long");
    char *slash = strrchr(copy, '/');
    if (slash != NULL) *slash = 0;
    int directory = open(slash == NULL ? "." : slash == copy ? "/" : copy, O_PATH | O_DIRECTORY | O_CLOEXEC);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_un address = socket_address(directory, slash == NULL ? copy : slash + 1);
    if (directory < 0 || fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof address) != 0)
        refuse(EXIT_NO_WATCHDOG, "no watchdog answers at %s (%s); %s is not started", arguments[0], strerror(errno), arguments[2]);
    if (!start_of(getpid(), &ticks)) refuse(EXIT_SYSTEM, "cannot read its own start time: %s", strerror(errno));
    dprintf(fd, "guard %llu\n", ticks);
    struct timeval patience = {10, 0};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    if (recv(fd, answer, sizeof answer - 1, 0) <= 0 || strcmp(answer, "guarded\n") != 0)
        refuse(EXIT_NO_WATCHDOG, "the watchdog did not take it on; %s is not started", arguments[2]);
    execvp(arguments[2], arguments + 2);
    refuse(errno == ENOENT ? 127 : 126, "cannot start %s: %s", arguments[2], strerror(errno));
}

#endif
