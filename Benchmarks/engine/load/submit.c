/* Submits without a pause, so many in flight. */
#include <stdio.h>

#include "loop.h"
#include "scenarios.h"
#include "world.h"

static struct samples latencies;
static bool is_measuring, is_stopping;
static int64_t until;
static uint64_t accepted;

static void submitted(uint32_t index) {
    int64_t now = now_ns();
    if (is_measuring) {
        samples_add(&latencies, now - call_at(index)->submitted_at);
        accepted++;
    }
    if (!is_stopping) submit_call();
}

static void placed(uint32_t index) { (void)index; }

static bool is_over(void) { return now_ns() >= until; }
static bool is_drained(void) { return submits_pending() == 0; }

static void run_for(double seconds) {
    until = now_ns() + (int64_t)(seconds * 1e9);
    loop_run(is_over, NULL, NULL);
}

void scenario_submit(int argc, char **argv) {
    static const struct scenario scenario = {.submitted = submitted, .placed = placed};
    world_open(argc, argv, &scenario);
    int in_flight = (int)option_number(argc, argv, "in-flight", 1);
    for (int i = 0; i < in_flight; i++) submit_call();
    run_for(option_number(argc, argv, "warm-up", 1));
    struct usage from = usage_now();
    is_measuring = true;
    run_for(option_number(argc, argv, "seconds", 5));
    is_measuring = false;
    struct usage to = usage_now();
    is_stopping = true;
    loop_run(is_drained, NULL, NULL);
    printf("{\"submits\": %llu, ", (unsigned long long)accepted);
    usage_print(&from, &to);
    printf(", ");
    samples_print(&latencies, "submit");
    printf(", \"failures\": %llu}\n", (unsigned long long)failures);
}
