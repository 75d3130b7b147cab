/* What every file here needs: time, bytes that grow, samples, and an end with words. */
#ifndef BASE_H
#define BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Monotonic nanoseconds. */
int64_t now_ns(void);

/* Milliseconds since 1970. */
int64_t wall_ms(void);

/* Ends the program with a message on standard error. */
void die(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));

/* Memory, or the end of the program. */
void *make(size_t bytes);

/* Bytes that grow; what is taken off the front costs nothing until the next append. */
struct bytes {
    uint8_t *data;
    size_t start, end, capacity;
};

static inline size_t bytes_count(const struct bytes *b) { return b->end - b->start; }
static inline uint8_t *bytes_front(const struct bytes *b) { return b->data + b->start; }

/* Room for so many more bytes behind the last; the caller moves `end`. */
uint8_t *bytes_room(struct bytes *b, size_t count);
void bytes_add(struct bytes *b, const void *data, size_t count);
void bytes_take(struct bytes *b, size_t count);
void bytes_free(struct bytes *b);

/* Durations in nanoseconds, kept one by one so that percentiles are exact. */
struct samples {
    int64_t *values;
    size_t count, capacity;
    bool sorted;
};

void samples_add(struct samples *s, int64_t value);
/* The value that so much of one (0.99) is at or below, in microseconds. */
double samples_at(struct samples *s, double share);
/* Prints "NAME_p50_us": ..., and the same for p99, p99.9 and the largest. */
void samples_print(struct samples *s, const char *name);

/* A command line of `--name value` pairs. */
const char *option(int argc, char **argv, const char *name, const char *otherwise);
double option_number(int argc, char **argv, const char *name, double otherwise);

#endif
