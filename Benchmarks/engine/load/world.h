/* The world around a daemon: a service that submits calls, a Nexmo that takes them at once, a
   callee who answers and keys in the PIN, and a receiver of callbacks. A scenario says what
   happens when. */
#ifndef WORLD_H
#define WORLD_H

#include "../base.h"

struct call {
    /* Monotonic times: when it was submitted, its request came, its key was pressed. */
    int64_t submitted_at, placed_at, keyed_at;
    /* Paths that Nexmo was told to post to; NULL before. */
    char *event_path, *input_path;
};

/* What Nexmo posts. */
enum webhook { STARTED, RINGING, ANSWERED, INPUT, COMPLETED, WEBHOOKS };

struct scenario {
    /* Behind the reply to a Submit. */
    void (*submitted)(uint32_t index);
    /* The request to ring came, and is answered 201 behind this. */
    void (*placed)(uint32_t index);
    /* A webhook was answered. */
    void (*told)(uint32_t index, enum webhook webhook, int status);
    /* The callback came. */
    void (*called_back)(uint32_t index);
    /* VERIFIED came to the subscriber. */
    void (*verified)(uint32_t index);
};

/* Connects to the daemon and serves its Nexmo, as the command line says. */
void world_open(int argc, char **argv, const struct scenario *scenario);

/* A call by its index; there is room for all that are submitted. */
struct call *call_at(uint32_t index);
/* How many were submitted. */
uint32_t call_count(void);

/* Submits the next call, on one of the connections in turn. */
void submit_call(void);
/* Submits that were not answered yet. */
size_t submits_pending(void);
/* Posts a webhook of a call that was placed. */
void tell(uint32_t index, enum webhook webhook);
/* Subscribes to VERIFIED. */
void subscribe(void);
/* Lets the loop run until a subscription stands, or metrics have come. */
void wait_for_stream(void);

/* What the daemon has done and used. */
struct usage {
    int64_t at, cpu_ns;
    double commits, syncs, rss_bytes;
    double live, cached;
};

struct usage usage_now(void);
/* Prints the differences: seconds, CPU, commits, syncs. */
void usage_print(const struct usage *from, const struct usage *to);

/* Failures: statuses or codes other than what was to come. */
extern uint64_t failures;

#endif
