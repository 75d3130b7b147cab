#include "base.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static int64_t read_clock(clockid_t clock) {
    struct timespec time;
    clock_gettime(clock, &time);
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

int64_t now_ns(void) { return read_clock(CLOCK_MONOTONIC); }

int64_t wall_ms(void) { return read_clock(CLOCK_REALTIME) / 1000000; }

void die(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    exit(1);
}

void *make(size_t bytes) {
    void *memory = calloc(1, bytes);
    if (!memory) die("out of memory");
    return memory;
}

uint8_t *bytes_room(struct bytes *b, size_t count) {
    if (b->start == b->end) b->start = b->end = 0;
    if (b->end + count > b->capacity) {
        if (b->start) {
            memmove(b->data, b->data + b->start, b->end - b->start);
            b->end -= b->start;
            b->start = 0;
        }
        if (b->end + count > b->capacity) {
            b->capacity = (b->end + count) * 2;
            b->data = realloc(b->data, b->capacity);
            if (!b->data) die("out of memory");
        }
    }
    return b->data + b->end;
}

void bytes_add(struct bytes *b, const void *data, size_t count) {
    memcpy(bytes_room(b, count), data, count);
    b->end += count;
}

void bytes_take(struct bytes *b, size_t count) { b->start += count; }

void bytes_free(struct bytes *b) {
    free(b->data);
    *b = (struct bytes){0};
}

void samples_add(struct samples *s, int64_t value) {
    if (s->count == s->capacity) {
        s->capacity = s->capacity ? s->capacity * 2 : 4096;
        s->values = realloc(s->values, s->capacity * sizeof *s->values);
        if (!s->values) die("out of memory");
    }
    s->values[s->count++] = value;
    s->sorted = false;
}

static int compare(const void *left, const void *right) {
    int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
    return (a > b) - (a < b);
}

double samples_at(struct samples *s, double share) {
    if (!s->count) return 0;
    if (!s->sorted) qsort(s->values, s->count, sizeof *s->values, compare);
    s->sorted = true;
    size_t index = (size_t)(share * (double)s->count);
    if (index >= s->count) index = s->count - 1;
    return (double)s->values[index] / 1000;
}

void samples_print(struct samples *s, const char *name) {
    printf("\"%s_count\": %zu, \"%s_p50_us\": %.1f, \"%s_p99_us\": %.1f, ", name, s->count, name,
           samples_at(s, 0.5), name, samples_at(s, 0.99));
    printf("\"%s_p999_us\": %.1f, \"%s_max_us\": %.1f", name, samples_at(s, 0.999), name,
           samples_at(s, 1));
}

const char *option(int argc, char **argv, const char *name, const char *otherwise) {
    for (int i = 0; i + 1 < argc; i++) {
        if (argv[i][0] == '-' && argv[i][1] == '-' && !strcmp(argv[i] + 2, name)) {
            return argv[i + 1];
        }
    }
    return otherwise;
}

double option_number(int argc, char **argv, const char *name, double otherwise) {
    const char *text = option(argc, argv, name, NULL);
    return text ? atof(text) : otherwise;
}
