/* Measures what a disk does: small appends to a file, each made durable.

   Usage: disk DIRECTORY SECONDS [BYTES] */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../base.h"

int main(int argc, char **argv) {
    if (argc < 3) die("usage: disk DIRECTORY SECONDS [BYTES]");
    char path[4096];
    snprintf(path, sizeof path, "%s/appends", argv[1]);
    int fd = open(path, O_CREAT | O_TRUNC | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
    if (fd < 0) die("%s: %s", path, strerror(errno));
    size_t count = argc > 3 ? (size_t)atol(argv[3]) : 4096;
    char *page = make(count);
    struct samples syncs = {0};
    int64_t began = now_ns(), until = began + (int64_t)(atof(argv[2]) * 1e9), now = began;
    while (now < until) {
        if (write(fd, page, count) != (ssize_t)count || fdatasync(fd)) {
            die("%s: %s", path, strerror(errno));
        }
        int64_t done = now_ns();
        samples_add(&syncs, done - now);
        now = done;
    }
    unlink(path);
    printf("{\"per_second\": %.0f, ", (double)syncs.count / ((double)(now - began) / 1e9));
    samples_print(&syncs, "sync");
    printf("}\n");
}
