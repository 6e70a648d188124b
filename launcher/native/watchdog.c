/*
 * serai-watchdog: kills a node, and the hypervisor processes that must die with it, when the node stops renewing.
 *
 *   serai-watchdog watch --dir RUN --pid PID --start TICKS --lease-ms N [--adopt] [--renewed MONO_NS] [--hardware DEVICE]
 *   serai-watchdog run SOCKET -- COMMAND...
 *
 * The node starts `watch` and talks to it by lines over its standard input and output:
 *   watchdog: ready PID MONO_NS        the lock is held, leftovers are dead, the clock runs
 *   node:     renew MONO_NS            all leases were renewed; MONO_NS is CLOCK_MONOTONIC when that renewal *began*
 *   watchdog: ok MONO_NS               the deadline is that time plus the lease
 *   node:     bye                      watchdog: kills what is still guarded, waits for its end, answers `bye`, exits
 * Input that ends without `bye`, or the node's death, kills what is guarded. A deadline that passes kills all.
 *
 * The deadline is kept on CLOCK_BOOTTIME, which goes on while the host sleeps. Nothing is ever signalled by a bare pid:
 * each process is held by a pidfd whose start time was verified after it was opened.
 *
 * RUN/watchdog.lock is locked until all guarded processes have ended: whoever gets the lock knows that they are gone.
 * RUN/guarded has pid and start time of each, written before a process is told to go on, so that the next watchdog can
 * kill (or, with --adopt, guard again) what a watchdog left behind that was killed itself.
 */
#define _GNU_SOURCE
#include <limits.h>
#include <linux/watchdog.h>
#include <sched.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <time.h>

#include "guarded.h"
#include "process.h"

enum { FIXED_FDS = 4, PENDING_MAX = 32, LINE_BYTES = 512 };

struct pending {
    int fd;
    size_t length;
    char line[64];
};

static struct process node;
static struct process *guarded;
static size_t guarded_count, guarded_room;
static struct pending pending[PENDING_MAX];
static size_t pending_count;
static int dir_fd, log_fd, hardware_fd = -1, timer_fd, listen_fd;
static char boot_id[64];
static long long lease_ns, deadline_boot_ns;
/* What to add to CLOCK_MONOTONIC to get CLOCK_BOOTTIME, and what it was for times up to `slept_mono_ns`. */
static long long offset_ns, offset_before_ns, slept_mono_ns;

static long long now_ns(clockid_t clock) {
    struct timespec time;
    clock_gettime(clock, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

__attribute__((format(printf, 1, 2))) static void note(const char *format, ...) {
    char text[768], stamp[32];
    time_t wall = time(NULL);
    struct tm utc;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&wall, &utc));
    dprintf(log_fd, "%s node %d: %s\n", stamp, (int)node.pid, text);
}

static bool write_guarded(void) {
    int fd = openat(dir_fd, "guarded.new", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0) return false;
    bool ok = dprintf(fd, "boot %s\n", boot_id) > 0;
    for (size_t i = 0; ok && i < guarded_count; i++)
        ok = dprintf(fd, "%d %llu\n", (int)guarded[i].pid, guarded[i].start_ticks) > 0;
    ok = close(fd) == 0 && ok;
    return ok && renameat(dir_fd, "guarded.new", dir_fd, "guarded") == 0;
}

static bool add_guarded(struct process process) {
    if (guarded_count == guarded_room) {
        size_t room = guarded_room == 0 ? 16 : guarded_room * 2;
        struct process *more = realloc(guarded, room * sizeof *more);
        if (more == NULL) return false;
        guarded = more;
        guarded_room = room;
    }
    guarded[guarded_count++] = process;
    return true;
}

static void forget_ended(void) {
    size_t kept = 0;
    for (size_t i = 0; i < guarded_count; i++)
        if (ended(&guarded[i])) {
            note("guarded process %d has ended", (int)guarded[i].pid);
            close(guarded[i].pidfd);
        } else
            guarded[kept++] = guarded[i];
    if (kept == guarded_count) return;
    guarded_count = kept;
    if (!write_guarded()) note("cannot write the list of guarded processes: %s", strerror(errno));
}

/* Returns only when every guarded process has ended: until then the lock must be held. */
static void kill_guarded(void) {
    for (size_t i = 0; i < guarded_count; i++) {
        note("kill guarded process %d", (int)guarded[i].pid);
        syscall(SYS_pidfd_send_signal, guarded[i].pidfd, SIGKILL, NULL, 0);
    }
    while (guarded_count > 0) {
        struct pollfd poll_fd = {guarded[0].pidfd, POLLIN, 0};
        if (poll(&poll_fd, 1, 5000) == 0)
            note("guarded process %d was killed and has not ended yet; waiting", (int)guarded[0].pid);
        forget_ended();
    }
}

static _Noreturn void leave(int code) {
    if (hardware_fd >= 0 && write(hardware_fd, "V", 1) != 1) note("cannot disarm the hardware watchdog: %s", strerror(errno));
    unlinkat(dir_fd, "watchdog.sock", 0);
    unlinkat(dir_fd, "watchdog.pid", 0);
    exit(code);
}

/* A process that asks to be guarded says its own start time; its pid comes from the kernel. */
static void register_guarded(const struct pending *asker) {
    struct ucred peer;
    socklen_t length = sizeof peer;
    struct process process;
    unsigned long long ticks;
    const char *answer = "refused\n";
    if (getsockopt(asker->fd, SOL_SOCKET, SO_PEERCRED, &peer, &length) != 0 || peer.uid != geteuid())
        note("refused a process of another user");
    else if (sscanf(asker->line, "guard %llu\n", &ticks) != 1 || !hold(&process, peer.pid, ticks))
        note("refused process %d: it is not what it says", (int)peer.pid);
    else if (!add_guarded(process))
        note("refused process %d: out of memory", (int)peer.pid);
    else if (!write_guarded()) {
        note("refused process %d: cannot write the list: %s", (int)peer.pid, strerror(errno));
        close(guarded[--guarded_count].pidfd);
    } else {
        note("guards process %d", (int)peer.pid);
        answer = "guarded\n";
    }
    if (send(asker->fd, answer, strlen(answer), MSG_NOSIGNAL) < 0) note("process %d went away", (int)peer.pid);
}

static void read_pending(void) {
    size_t kept = 0;
    for (size_t i = 0; i < pending_count; i++) {
        struct pending *asker = &pending[i];
        ssize_t got = recv(asker->fd, asker->line + asker->length, sizeof asker->line - 1 - asker->length, MSG_DONTWAIT);
        bool wait = got < 0 && (errno == EAGAIN || errno == EINTR);
        if (got > 0) {
            asker->length += got;
            asker->line[asker->length] = 0;
            if (strchr(asker->line, '\n') != NULL)
                register_guarded(asker);
            else
                wait = asker->length < sizeof asker->line - 1;
        }
        if (wait)
            pending[kept++] = *asker;
        else
            close(asker->fd);
    }
    pending_count = kept;
}

static void accept_pending(void) {
    int fd = accept4(listen_fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0) return;
    if (pending_count == PENDING_MAX) {
        /* The oldest one has not said a word while so many others came. */
        close(pending[0].fd);
        memmove(pending, pending + 1, --pending_count * sizeof *pending);
    }
    pending[pending_count++] = (struct pending){.fd = fd};
}

static void set_deadline(long long boot_ns) {
    deadline_boot_ns = boot_ns;
    struct itimerspec at = {.it_value = {boot_ns / 1000000000LL, boot_ns % 1000000000LL}};
    if (timerfd_settime(timer_fd, TFD_TIMER_ABSTIME, &at, NULL) != 0) note("cannot set the timer: %s", strerror(errno));
}

/* Notices that the host slept: times before that are turned into boot time by what the difference was then. */
static void measure_offset(void) {
    long long mono = now_ns(CLOCK_MONOTONIC), offset = now_ns(CLOCK_BOOTTIME) - mono;
    if (offset - offset_ns > 50000000LL) {
        note("the host slept for %lld ms", (offset - offset_ns) / 1000000);
        offset_before_ns = offset_ns;
        slept_mono_ns = mono;
        offset_ns = offset;
    }
}

static void renew(long long start_mono_ns) {
    if (start_mono_ns > now_ns(CLOCK_MONOTONIC)) {
        note("refused a renewal that has not begun yet");
        return;
    }
    long long boot = start_mono_ns + (start_mono_ns <= slept_mono_ns ? offset_before_ns : offset_ns);
    if (boot + lease_ns > deadline_boot_ns) set_deadline(boot + lease_ns);
    if (hardware_fd >= 0 && write(hardware_fd, "", 1) != 1) note("cannot feed the hardware watchdog: %s", strerror(errno));
    if (dprintf(STDOUT_FILENO, "ok %lld\n", start_mono_ns) < 0) note("the node does not listen: %s", strerror(errno));
}

/* False when the node has said goodbye or its connection has ended. */
static bool read_node(bool *goodbye) {
    static char buffer[LINE_BYTES];
    static size_t filled;
    ssize_t got = read(STDIN_FILENO, buffer + filled, sizeof buffer - 1 - filled);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return true;
    if (got <= 0) return false;
    filled += got;
    buffer[filled] = 0;
    char *line = buffer;
    for (char *end; (end = strchr(line, '\n')) != NULL; line = end + 1) {
        long long value;
        *end = 0;
        if (strcmp(line, "bye") == 0) {
            *goodbye = true;
            return false;
        }
        if (strncmp(line, "renew ", 6) == 0 && number(line + 6, &value))
            renew(value);
        else
            note("does not understand: %.80s", line);
    }
    filled -= line - buffer;
    memmove(buffer, line, filled);
    return filled < sizeof buffer - 1;
}

static _Noreturn void expire(void) {
    note("no renewal for %lld ms: kill the node and what is guarded", lease_ns / 1000000);
    for (size_t i = 0; i < guarded_count; i++) syscall(SYS_pidfd_send_signal, guarded[i].pidfd, SIGKILL, NULL, 0);
    syscall(SYS_pidfd_send_signal, node.pidfd, SIGKILL, NULL, 0);
    kill_guarded();
    struct pollfd poll_fd = {node.pidfd, POLLIN, 0};
    while (poll(&poll_fd, 1, 5000) != 1) note("the node was killed and has not ended yet; waiting");
    note("the node and all that was guarded have ended");
    leave(0);
}

static _Noreturn void watch(void) {
    for (;;) {
        struct pollfd fds[FIXED_FDS + PENDING_MAX] = {
            {timer_fd, POLLIN, 0}, {node.pidfd, POLLIN, 0}, {STDIN_FILENO, POLLIN, 0}, {listen_fd, POLLIN, 0}};
        for (size_t i = 0; i < pending_count; i++) fds[FIXED_FDS + i] = (struct pollfd){pending[i].fd, POLLIN, 0};
        /* Guarded processes that end are noticed within a second; nothing waits for that. */
        int ready = poll(fds, FIXED_FDS + pending_count, 1000);
        /* The deadline first: what was sent before it and is read after it came too late. */
        if (now_ns(CLOCK_BOOTTIME) >= deadline_boot_ns) expire();
        measure_offset();
        forget_ended();
        if (ready <= 0) continue;
        bool goodbye = false;
        if (fds[1].revents != 0) {
            note("the node has ended");
            kill_guarded();
            leave(0);
        }
        if (fds[2].revents != 0 && !read_node(&goodbye)) {
            note(goodbye ? "the node says goodbye" : "the node's connection has ended without a goodbye");
            kill_guarded();
            if (goodbye && dprintf(STDOUT_FILENO, "bye\n") < 0) note("the node did not wait for the end");
            leave(0);
        }
        read_pending();
        if (fds[3].revents != 0) accept_pending();
    }
}

static void read_left(bool adopt) {
    int fd = openat(dir_fd, "guarded", O_RDONLY | O_CLOEXEC);
    FILE *file = fd < 0 ? NULL : fdopen(fd, "r");
    char boot[64] = "";
    int pid;
    unsigned long long ticks;
    struct process process;
    if (file != NULL) {
        /* A list of an earlier boot names nothing that can still run. */
        if (fscanf(file, "boot %63s\n", boot) == 1 && strcmp(boot, boot_id) == 0)
            while (fscanf(file, "%d %llu\n", &pid, &ticks) == 2)
                if (hold(&process, pid, ticks) && !add_guarded(process)) refuse(EXIT_SYSTEM, "out of memory");
        fclose(file);
    }
    if (!adopt && guarded_count > 0) {
        note("%zu processes of an earlier run are left", guarded_count);
        kill_guarded();
    }
    if (!write_guarded()) refuse(EXIT_SYSTEM, "cannot write the list of guarded processes: %s", strerror(errno));
}

/* What makes it likely that this process runs when others do not. What is not permitted here is told, and done without. */
static void strengthen(void) {
    struct sched_param realtime = {.sched_priority = 1};
    if (mlockall(MCL_CURRENT | MCL_FUTURE) != 0) note("cannot lock its memory: %s", strerror(errno));
    if (sched_setscheduler(0, SCHED_RR | SCHED_RESET_ON_FORK, &realtime) != 0 && setpriority(PRIO_PROCESS, 0, -20) != 0)
        note("cannot raise its priority: %s", strerror(errno));
    int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    if (fd < 0 || write(fd, "-1000", 5) != 5) note("cannot exempt itself from the out-of-memory killer: %s", strerror(errno));
    if (fd >= 0) close(fd);
}

static void open_hardware(const char *device) {
    struct stat status;
    int seconds = (int)((lease_ns + 999999999LL) / 1000000000LL);
    hardware_fd = open(device, O_WRONLY | O_CLOEXEC);
    if (hardware_fd < 0) refuse(EXIT_SYSTEM, "cannot open the hardware watchdog %s: %s", device, strerror(errno));
    if (fstat(hardware_fd, &status) == 0 && S_ISCHR(status.st_mode) && ioctl(hardware_fd, WDIOC_SETTIMEOUT, &seconds) != 0)
        note("cannot set the hardware watchdog's time to %d s: %s", seconds, strerror(errno));
}

static void open_run_directory(const char *directory) {
    char text[32];
    dir_fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (dir_fd < 0) refuse(EXIT_SYSTEM, "cannot open %s: %s", directory, strerror(errno));
    int lock = openat(dir_fd, "watchdog.lock", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (lock < 0) refuse(EXIT_SYSTEM, "cannot open %s/watchdog.lock: %s", directory, strerror(errno));
    if (flock(lock, LOCK_EX | LOCK_NB) != 0) refuse(EXIT_BUSY, "another watchdog runs in %s", directory);
    log_fd = openat(dir_fd, "watchdog.log", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (log_fd < 0) refuse(EXIT_SYSTEM, "cannot open %s/watchdog.log: %s", directory, strerror(errno));
    int fd = openat(dir_fd, "watchdog.pid", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    int length = snprintf(text, sizeof text, "%d\n", (int)getpid());
    if (fd < 0 || write(fd, text, length) != length) refuse(EXIT_SYSTEM, "cannot write watchdog.pid: %s", strerror(errno));
    close(fd);
    fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
    ssize_t got = fd < 0 ? -1 : read(fd, boot_id, 36);
    if (got != 36) refuse(EXIT_SYSTEM, "cannot read the boot id: %s", strerror(errno));
    close(fd);
}

static void open_socket(void) {
    struct sockaddr_un address = socket_address(dir_fd, "watchdog.sock");
    umask(0177);
    unlinkat(dir_fd, "watchdog.sock", 0);
    listen_fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (listen_fd < 0 || bind(listen_fd, (struct sockaddr *)&address, sizeof address) != 0 || listen(listen_fd, 64) != 0)
        refuse(EXIT_SYSTEM, "cannot listen on watchdog.sock: %s", strerror(errno));
}

static int main_watch(int count, char **arguments) {
    const char *directory = NULL, *hardware = NULL;
    long long pid = 0, start = -1, lease_ms = 0, renewed_ns = 0;
    bool adopt = false;
    for (int i = 0; i < count; i++) {
        const char *value = i + 1 < count ? arguments[i + 1] : "";
        if (strcmp(arguments[i], "--adopt") == 0) adopt = true;
        else if (strcmp(arguments[i], "--dir") == 0) directory = value, i++;
        else if (strcmp(arguments[i], "--hardware") == 0) hardware = value, i++;
        else if (strcmp(arguments[i], "--pid") == 0 && number(value, &pid)) i++;
        else if (strcmp(arguments[i], "--start") == 0 && number(value, &start)) i++;
        else if (strcmp(arguments[i], "--renewed") == 0 && number(value, &renewed_ns)) i++;
        else if (strcmp(arguments[i], "--lease-ms") == 0 && number(value, &lease_ms)) i++;
        else refuse(EXIT_USAGE, "watch does not take %s %s", arguments[i], value);
    }
    if (directory == NULL || pid < 1 || pid > INT_MAX || start < 0 || lease_ms < 100 || lease_ms > 3600000)
        refuse(EXIT_USAGE, "watch needs --dir RUN --pid PID --start TICKS --lease-ms 100..3600000");
    lease_ns = lease_ms * 1000000;
    setsid();
    for (int i = 1; i < NSIG; i++)
        if (i != SIGKILL && i != SIGSTOP && i != SIGSEGV && i != SIGBUS && i != SIGABRT) signal(i, SIG_IGN);
    open_run_directory(directory);
    if (!hold(&node, pid, start)) {
        unlinkat(dir_fd, "watchdog.pid", 0);
        refuse(EXIT_NO_NODE, "process %lld with start time %lld is not there", pid, start);
    }
    strengthen();
    read_left(adopt);
    open_socket();
    offset_ns = offset_before_ns = now_ns(CLOCK_BOOTTIME) - now_ns(CLOCK_MONOTONIC);
    timer_fd = timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK);
    if (timer_fd < 0) refuse(EXIT_SYSTEM, "cannot make a timer: %s", strerror(errno));
    /* A watchdog that takes the place of a lost one goes on from the last renewal, and gives no new lease. */
    set_deadline((renewed_ns > 0 ? renewed_ns + offset_ns : now_ns(CLOCK_BOOTTIME)) + lease_ns);
    if (hardware != NULL) open_hardware(hardware);
    fcntl(STDIN_FILENO, F_SETFL, fcntl(STDIN_FILENO, F_GETFL) | O_NONBLOCK);
    fcntl(STDOUT_FILENO, F_SETFL, fcntl(STDOUT_FILENO, F_GETFL) | O_NONBLOCK);
    note("watches; lease %lld ms; %zu processes guarded", lease_ms, guarded_count);
    dprintf(STDOUT_FILENO, "ready %d %lld\n", (int)getpid(), now_ns(CLOCK_MONOTONIC));
    watch();
}

int main(int count, char **arguments) {
    if (count > 1 && strcmp(arguments[1], "watch") == 0) return main_watch(count - 2, arguments + 2);
    if (count > 1 && strcmp(arguments[1], "run") == 0) return main_run(count - 2, arguments + 2);
    refuse(EXIT_USAGE, "use: serai-watchdog watch --dir RUN --pid PID --start TICKS --lease-ms N"
                       " [--adopt] [--renewed MONO_NS] [--hardware DEVICE]"
                       " | serai-watchdog run SOCKET -- COMMAND...");
}
