/* Calls that are placed and answered, and then stay live; prints what each step costs. */
#include <stdio.h>
#include <string.h>

#include "loop.h"
#include "scenarios.h"
#include "world.h"

static uint32_t wanted, answered_count;

static void submitted(uint32_t index) { (void)index; }

static void placed(uint32_t index) { tell(index, ANSWERED); }

static void told(uint32_t index, enum webhook webhook, int status) {
    (void)webhook;
    (void)status;
    (void)index;
    answered_count++;
    if (call_count() < wanted) submit_call();
}

static bool is_over(void) { return answered_count == wanted; }

static int64_t until;
static bool is_late(void) { return now_ns() >= until; }

static void reach(uint32_t count) {
    wanted = count;
    for (int i = 0; i < 128 && call_count() < wanted; i++) submit_call();
    loop_run(is_over, NULL, NULL);
    /* What was under way comes to rest. */
    until = now_ns() + 1000000000;
    loop_run(is_late, NULL, NULL);
}

void scenario_live(int argc, char **argv) {
    static const struct scenario scenario = {submitted, placed, told, NULL, NULL};
    world_open(argc, argv, &scenario);
    struct usage rest = usage_now();
    printf("{\"rest_bytes\": %.0f, \"steps\": [", rest.rss_bytes);
    const char *counts = option(argc, argv, "counts", "10000");
    for (const char *at = counts; at; at = strchr(at, ',')) {
        if (*at == ',') at++;
        unsigned count = 0;
        if (sscanf(at, "%u", &count) != 1) die("--counts is no list of numbers");
        reach(count);
        struct usage now = usage_now();
        printf("%s{\"live\": %.0f, \"cached\": %.0f, \"rss_bytes\": %.0f}",
               at == counts ? "" : ", ", now.live, now.cached, now.rss_bytes);
    }
    printf("], \"failures\": %llu}\n", (unsigned long long)failures);
}
