/* Calls one after another on an idle daemon, timed step by step: the reply to a Submit, the
   request at Nexmo, the last key until VERIFIED is at a subscriber. */
#include <stdio.h>

#include "loop.h"
#include "scenarios.h"
#include "world.h"

static struct samples submits, placings, verdicts;
static uint32_t wanted, ended;
/* Both must have come before the next call: the answer to the last webhook, and VERIFIED. */
static bool has_completed, has_verified;
static int64_t next_at, pause_ns;

static void submitted(uint32_t index) {
    samples_add(&submits, now_ns() - call_at(index)->submitted_at);
}

static void placed(uint32_t index) {
    samples_add(&placings, now_ns() - call_at(index)->submitted_at);
    tell(index, STARTED);
}

static void ended_one(void) {
    if (!has_completed || !has_verified) return;
    ended++;
    next_at = now_ns() + pause_ns;
}

static void told(uint32_t index, enum webhook webhook, int status) {
    (void)status;
    if (webhook == COMPLETED) {
        has_completed = true;
        return ended_one();
    }
    if (webhook == ANSWERED) call_at(index)->keyed_at = now_ns();
    tell(index, webhook + 1);
}

static void verified(uint32_t index) {
    samples_add(&verdicts, now_ns() - call_at(index)->keyed_at);
    has_verified = true;
    ended_one();
}

static int64_t next_call(void) { return ended == call_count() ? next_at : INT64_MAX; }

static void begin(void) {
    if (now_ns() < next_call() || call_count() == wanted) return;
    has_completed = has_verified = false;
    submit_call();
}

static bool is_over(void) { return ended == wanted; }

void scenario_steps(int argc, char **argv) {
    static const struct scenario scenario = {submitted, placed, told, NULL, verified};
    world_open(argc, argv, &scenario);
    subscribe();
    wait_for_stream();
    pause_ns = (int64_t)(option_number(argc, argv, "pause", 0.002) * 1e9);
    wanted = (uint32_t)option_number(argc, argv, "warm-up-calls", 100);
    loop_run(is_over, next_call, begin);
    submits.count = placings.count = verdicts.count = 0;
    wanted += (uint32_t)option_number(argc, argv, "calls", 500);
    loop_run(is_over, next_call, begin);
    printf("{");
    samples_print(&submits, "submit");
    printf(", ");
    samples_print(&placings, "place");
    printf(", ");
    samples_print(&verdicts, "verified");
    printf(", \"failures\": %llu}\n", (unsigned long long)failures);
}
