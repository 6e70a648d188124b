/*
 * The init of the test guest. It counts in memory, writes one checksummed record a tick to its disk, verifies what it
 * wrote, and says so on the first serial port:
 *
 *   SERAI boot=<id> counter=<ticks> record=<records on the disk> ok=<verified> bad=<not> err=<failed I/Os>
 *
 * boot is drawn at boot and kept in memory only, so that a line shows whether the machine went on or booted anew.
 *
 * Record n is block n of the disk, 512 bytes: "SERAIREC", then little-endian: u64 n, u64 boot, u64 counter; text from
 * byte 32, padded with zeros; u32 CRC-32 (IEEE 802.3) of bytes 0 to 507. A zero block ends the records. All disk I/O
 * is O_DIRECT and O_DSYNC: what is verified was read from the disk, not from the guest's cache.
 *
 * Kernel command line: serai.nodisk, serai.disk=/dev/sda, serai.interval_ms=1000, serai.fill=64M (memory filled with
 * incompressible data, verified bit by bit), serai.rescue (a busybox shell instead).
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/input.h>
#include <poll.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/random.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum {
    BLOCK = 512,
    BATCH = 256, /* blocks read at once */
    BATCHES_PER_TICK = 2,
    LOOK_AHEAD_BATCHES = 4, /* how far a zero block at boot is distrusted to be the end */
    FILL_STEP = 1 << 20,    /* bytes of the fill verified a tick */
    BUTTONS = 8,
};

struct record {
    char magic[8];
    uint64_t number, boot, counter;
    char text[BLOCK - 36];
    uint32_t crc;
};
_Static_assert(sizeof(struct record) == BLOCK, "a record is a block");

static uint64_t boot, counter;
static uint64_t next, first_of_boot, capacity; /* in records */
static uint64_t pass_cursor, pass_ok, pass_bad, ok, bad, errors;
static uint64_t *fill;
static size_t fill_words, fill_cursor;
static uint64_t fill_bad;
static int disk = -1;
static struct record *batch;
static struct pollfd buttons[BUTTONS];
static int button_count;
static uint32_t crc_table[8][256];
static char arguments[4096];

static void say(const char *format, ...) {
    char line[512];
    va_list list;
    va_start(list, format);
    int length = vsnprintf(line, sizeof line, format, list);
    va_end(list);
    if (write(STDOUT_FILENO, line, length) != length)
        errors++;
}

static void off(void) {
    say("SERAI powerdown boot=%016llx counter=%llu\n", (unsigned long long)boot, (unsigned long long)counter);
    fsync(STDOUT_FILENO);
    ioctl(STDOUT_FILENO, 0x5409 /* TCSBRK: wait until the line is out */, 1);
    reboot(RB_POWER_OFF);
}

static void die(const char *what) {
    say("SERAI error %s: %s\n", what, strerror(errno));
    off();
}

static void crc_init(void) {
    for (uint32_t i = 0; i < 256; i++) {
        uint32_t c = i;
        for (int k = 0; k < 8; k++)
            c = c & 1 ? 0xEDB88320u ^ (c >> 1) : c >> 1;
        crc_table[0][i] = c;
    }
    for (uint32_t i = 0; i < 256; i++)
        for (int t = 1; t < 8; t++)
            crc_table[t][i] = crc_table[0][crc_table[t - 1][i] & 0xff] ^ (crc_table[t - 1][i] >> 8);
}

/* Eight bytes a step: the emulated processor verifies hundreds of records a tick. */
static uint32_t crc32(const unsigned char *data, size_t length) {
    uint32_t c = ~0u;
    for (; length >= 8; length -= 8, data += 8) {
        uint32_t low, high;
        memcpy(&low, data, 4);
        memcpy(&high, data + 4, 4);
        low ^= c;
        c = crc_table[7][low & 0xff] ^ crc_table[6][(low >> 8) & 0xff] ^ crc_table[5][(low >> 16) & 0xff]
            ^ crc_table[4][low >> 24] ^ crc_table[3][high & 0xff] ^ crc_table[2][(high >> 8) & 0xff]
            ^ crc_table[1][(high >> 16) & 0xff] ^ crc_table[0][high >> 24];
    }
    while (length--)
        c = crc_table[0][(c ^ *data++) & 0xff] ^ (c >> 8);
    return ~c;
}

static int argument(const char *name, char *value, size_t size) {
    char copy[sizeof arguments];
    strcpy(copy, arguments);
    for (char *word = strtok(copy, " \n"); word; word = strtok(NULL, " \n")) {
        size_t length = strlen(name);
        if (strncmp(word, name, length))
            continue;
        if (word[length] == '=') {
            snprintf(value, size, "%s", word + length + 1);
            return 1;
        }
        if (!word[length]) {
            *value = 0;
            return 1;
        }
    }
    return 0;
}

static void load_modules(void) {
    FILE *order = fopen("/modules/order", "r");
    if (!order)
        die("/modules/order");
    char name[128], path[160];
    while (fgets(name, sizeof name, order)) {
        name[strcspn(name, "\n")] = 0;
        snprintf(path, sizeof path, "/modules/%s", name);
        int file = open(path, O_RDONLY | O_CLOEXEC);
        if (file < 0 || (syscall(SYS_finit_module, file, "", 0) && errno != EEXIST))
            say("SERAI warning module %s: %s\n", name, strerror(errno));
        close(file);
    }
    fclose(order);
}

static void open_buttons(void) {
    for (int i = 0; i < BUTTONS; i++) {
        char path[32];
        snprintf(path, sizeof path, "/dev/input/event%d", i);
        int file = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
        if (file >= 0)
            buttons[button_count++] = (struct pollfd){.fd = file, .events = POLLIN};
    }
    if (!button_count)
        say("SERAI warning no power button\n");
}

static int64_t now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

/* Waits until the time given and obeys the power button meanwhile. */
static void wait_until(int64_t due_ms) {
    for (int64_t left = due_ms - now_ms();; left = due_ms - now_ms()) {
        if (poll(buttons, button_count, left > 0 ? left : 0) > 0)
            for (int i = 0; i < button_count; i++) {
                struct input_event event;
                while (read(buttons[i].fd, &event, sizeof event) == sizeof event)
                    if (event.type == EV_KEY && event.code == KEY_POWER && event.value == 1)
                        off();
            }
        if (left <= 0)
            return;
    }
}

static int is_zero(const struct record *record) {
    const uint64_t *word = (const uint64_t *)record;
    for (int i = 0; i < BLOCK / 8; i++)
        if (word[i])
            return 0;
    return 1;
}

static int is_sound(const struct record *record, uint64_t number) {
    return !memcmp(record->magic, "SERAIREC", 8) && record->number == number
        && record->crc == crc32((const unsigned char *)record, BLOCK - 4);
}

/* Reads blocks into the batch; counts a failure and gives 0. */
static int read_blocks(uint64_t first, uint64_t count) {
    ssize_t bytes = pread(disk, batch, count * BLOCK, (off_t)first * BLOCK);
    if (bytes == (ssize_t)(count * BLOCK))
        return 1;
    errors++;
    say("SERAI error read block=%llu: %s\n", (unsigned long long)first, bytes < 0 ? strerror(errno) : "short");
    return 0;
}

static void open_disk(const char *path) {
    int64_t deadline_ms = now_ms() + 30000;
    while ((disk = open(path, O_RDWR | O_DIRECT | O_DSYNC | O_CLOEXEC)) < 0) {
        if (now_ms() > deadline_ms)
            die(path);
        wait_until(now_ms() + 20);
    }
    off_t size = lseek(disk, 0, SEEK_END);
    int logical = 0;
    if (size < BLOCK || ioctl(disk, _IO(0x12, 104) /* BLKSSZGET */, &logical))
        die("size of the disk");
    if (logical != BLOCK) {
        errno = EINVAL;
        die("logical block size is not 512");
    }
    capacity = size / BLOCK;
}

/* Finds the end of the records of earlier boots and verifies them on the way; a hole among them is a lost write. */
static void scan_disk(void) {
    uint64_t zeros_from = 0, block = 0;
    for (; block < capacity && block < zeros_from + LOOK_AHEAD_BATCHES * BATCH;) {
        uint64_t count = capacity - block < BATCH ? capacity - block : BATCH;
        if (!read_blocks(block, count))
            die("reading earlier records");
        for (uint64_t i = 0; i < count; i++) {
            if (is_zero(&batch[i]))
                continue;
            bad += block + i - zeros_from;
            if (is_sound(&batch[i], block + i))
                ok++;
            else
                bad++;
            zeros_from = block + i + 1;
        }
        block += count;
    }
    next = first_of_boot = zeros_from;
}

static void write_record(void) {
    if (next >= capacity)
        return;
    struct record *record = batch;
    memset(record, 0, BLOCK);
    memcpy(record->magic, "SERAIREC", 8);
    record->number = next;
    record->boot = boot;
    record->counter = counter;
    snprintf(record->text, sizeof record->text, "Serai test guest, boot %016llx, counter %llu, record %llu\n",
             (unsigned long long)boot, (unsigned long long)counter, (unsigned long long)next);
    record->crc = crc32((unsigned char *)record, BLOCK - 4);
    if (pwrite(disk, record, BLOCK, (off_t)next * BLOCK) == BLOCK) {
        next++;
    } else {
        errors++;
        say("SERAI error write block=%llu: %s\n", (unsigned long long)next, strerror(errno));
    }
}

/* Goes round through all records, some batches a tick. Counts are published when a round is complete. */
static void verify_records(void) {
    for (int n = 0; n < BATCHES_PER_TICK && next; n++) {
        uint64_t count = next - pass_cursor < BATCH ? next - pass_cursor : BATCH;
        if (!read_blocks(pass_cursor, count))
            return;
        for (uint64_t i = 0; i < count; i++) {
            uint64_t number = pass_cursor + i;
            /* Records of this boot must be this boot's: another writer would leave sound ones of its own. */
            int mine = number < first_of_boot || batch[i].boot == boot;
            if (is_sound(&batch[i], number) && mine) {
                pass_ok++;
            } else {
                pass_bad++;
                say("SERAI bad record=%llu\n", (unsigned long long)number);
            }
        }
        pass_cursor += count;
        if (pass_cursor == next) {
            ok = pass_ok;
            bad = pass_bad;
            pass_cursor = pass_ok = pass_bad = 0;
            return;
        }
    }
}

static uint64_t mix(uint64_t x) {
    x += boot + 0x9E3779B97F4A7C15u;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
    return x ^ (x >> 31);
}

static void fill_memory(const char *size) {
    char *unit;
    uint64_t bytes = strtoull(size, &unit, 10);
    bytes <<= *unit == 'G' ? 30 : *unit == 'M' ? 20 : *unit == 'K' ? 10 : 0;
    bytes &= ~(uint64_t)(FILL_STEP - 1);
    if (!bytes)
        return;
    fill = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (fill == MAP_FAILED)
        die("serai.fill");
    fill_words = bytes / 8;
    for (size_t i = 0; i < fill_words; i++)
        fill[i] = mix(i);
    say("SERAI filled bytes=%llu\n", (unsigned long long)bytes);
}

static void verify_fill(void) {
    if (!fill)
        return;
    for (size_t i = 0; i < FILL_STEP / 8; i++, fill_cursor++)
        if (fill[fill_cursor] != mix(fill_cursor))
            fill_bad++;
    if (fill_bad)
        say("SERAI bad memory words=%llu\n", (unsigned long long)fill_bad);
    fill_cursor %= fill_words;
}

static void rescue(void) {
    say("SERAI rescue shell; poweroff -f ends it\n");
    char *const shell[] = {"/bin/busybox", "sh", "-c",
                           "mkdir -p /sbin; /bin/busybox --install -s /bin; exec setsid cttyhack sh", NULL};
    char *const environment[] = {"PATH=/bin", "HOME=/", "TERM=vt100", NULL};
    execve(shell[0], shell, environment);
    die("rescue shell");
}

static void start(void) {
    mount("devtmpfs", "/dev", "devtmpfs", 0, "");
    mount("proc", "/proc", "proc", 0, "");
    mount("sysfs", "/sys", "sysfs", 0, "");
    int console = open("/dev/ttyS0", O_RDWR | O_NOCTTY);
    if (console >= 0)
        for (int i = 0; i < 3; i++)
            dup2(console, i);
    int file = open("/proc/cmdline", O_RDONLY | O_CLOEXEC);
    if (file < 0 || read(file, arguments, sizeof arguments - 1) <= 0)
        die("/proc/cmdline");
    close(file);
    if (getrandom(&boot, sizeof boot, 0) != sizeof boot)
        die("getrandom");
    crc_init();
    load_modules();
    open_buttons();
}

int main(void) {
    char value[256], path[256] = "/dev/sda";
    start();
    if (argument("serai.rescue", value, sizeof value))
        rescue();
    int64_t interval_ms = argument("serai.interval_ms", value, sizeof value) ? atoll(value) : 1000;
    if (interval_ms < 1)
        interval_ms = 1;
    if (posix_memalign((void **)&batch, 4096, BATCH * BLOCK))
        die("memory");
    memset(batch, 0, BATCH * BLOCK);
    if (argument("serai.fill", value, sizeof value))
        fill_memory(value);
    if (!argument("serai.nodisk", value, sizeof value)) {
        argument("serai.disk", path, sizeof path);
        open_disk(path);
        scan_disk();
        say("SERAI disk blocks=%llu records=%llu ok=%llu bad=%llu\n", (unsigned long long)capacity,
            (unsigned long long)next, (unsigned long long)ok, (unsigned long long)bad);
    }
    for (int64_t due_ms = now_ms();; due_ms += interval_ms) {
        wait_until(due_ms);
        /* After a halt of the whole machine the clock may have leapt: one tick, not all that were missed. */
        if (now_ms() - due_ms > 2 * interval_ms)
            due_ms = now_ms();
        counter++;
        if (disk >= 0) {
            write_record();
            verify_records();
        }
        verify_fill();
        say("SERAI boot=%016llx counter=%llu record=%llu ok=%llu bad=%llu err=%llu\n", (unsigned long long)boot,
            (unsigned long long)counter, (unsigned long long)next, (unsigned long long)ok,
            (unsigned long long)(bad + fill_bad), (unsigned long long)errors);
    }
}
