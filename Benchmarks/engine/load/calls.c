/* Whole calls: submit, placed, ringing, answered, the PIN, the end, the callback. */
#include <stdio.h>

#include "loop.h"
#include "scenarios.h"
#include "world.h"

static struct samples submits, placings, wholes;
static bool is_measuring, is_stopping;
static int64_t until, began;
static double rate;
static uint64_t ended, counted;

static void submitted(uint32_t index) {
    if (is_measuring) samples_add(&submits, now_ns() - call_at(index)->submitted_at);
}

static void placed(uint32_t index) {
    if (is_measuring) samples_add(&placings, now_ns() - call_at(index)->submitted_at);
    tell(index, STARTED);
}

static void told(uint32_t index, enum webhook webhook, int status) {
    (void)status;
    if (webhook != COMPLETED) tell(index, webhook + 1);
}

static void called_back(uint32_t index) {
    ended++;
    if (is_measuring) {
        counted++;
        samples_add(&wholes, now_ns() - call_at(index)->submitted_at);
    }
    if (!is_stopping && rate == 0) submit_call();
}

static void verified(uint32_t index) { (void)index; }

static bool is_over(void) { return now_ns() >= until; }
/* Those that never end are failures, which the counts show. */
static bool is_drained(void) { return ended == call_count() || now_ns() >= until; }

static int64_t next_arrival(void) {
    return is_stopping || rate == 0 ? INT64_MAX : began + (int64_t)(call_count() / rate * 1e9);
}

static void arrive(void) {
    while (next_arrival() <= now_ns()) submit_call();
}

static void run_for(double seconds) {
    until = now_ns() + (int64_t)(seconds * 1e9);
    loop_run(is_over, next_arrival, arrive);
}

void scenario_calls(int argc, char **argv) {
    static const struct scenario scenario = {submitted, placed, told, called_back, verified};
    world_open(argc, argv, &scenario);
    rate = option_number(argc, argv, "rate", 0);
    began = now_ns();
    int in_flight = (int)option_number(argc, argv, "in-flight", 64);
    if (rate == 0) {
        for (int i = 0; i < in_flight; i++) submit_call();
    }
    run_for(option_number(argc, argv, "warm-up", 2));
    struct usage from = usage_now();
    is_measuring = true;
    run_for(option_number(argc, argv, "seconds", 5));
    is_measuring = false;
    struct usage to = usage_now();
    is_stopping = true;
    until = now_ns() + 10000000000;
    loop_run(is_drained, NULL, NULL);
    printf("{\"calls\": %llu, \"unended\": %llu, ", (unsigned long long)counted,
           (unsigned long long)(call_count() - ended));
    usage_print(&from, &to);
    printf(", ");
    samples_print(&submits, "submit");
    printf(", ");
    samples_print(&placings, "place");
    printf(", ");
    samples_print(&wholes, "whole");
    printf(", \"failures\": %llu}\n", (unsigned long long)failures);
}
