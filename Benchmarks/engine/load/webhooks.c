/* Webhooks at a constant rate, whether or not those before were answered. A webhook's time runs
   from the moment at which it was to be sent.

   The calls are placed before. Then each group of as many as are in one second's webhooks gets
   started, ringing, answered, the right PIN and completed, one kind after the other. */
#include <stdio.h>
#include <stdlib.h>

#include "loop.h"
#include "scenarios.h"
#include "world.h"

static struct samples all, inputs;
static double rate;
static uint32_t wanted, placed_count, group;
static uint64_t total, sent, done;
static int64_t began;
/* When each was to be sent, by call and kind. */
static int64_t *planned;
static uint64_t measured_from;

static void submitted(uint32_t index) {
    (void)index;
    if (call_count() < wanted) submit_call();
}

static void placed(uint32_t index) {
    (void)index;
    placed_count++;
}

static bool are_placed(void) { return placed_count == wanted; }

static int64_t planned_at(uint64_t ordinal) {
    return began + (int64_t)((double)ordinal / rate * 1e9);
}

static int64_t next_webhook(void) { return sent < total ? planned_at(sent) : INT64_MAX; }

static void send_due(void) {
    while (next_webhook() <= now_ns()) {
        uint64_t in_group = sent % ((uint64_t)group * WEBHOOKS);
        enum webhook webhook = (enum webhook)(in_group / group);
        uint32_t index =
            (uint32_t)(sent / ((uint64_t)group * WEBHOOKS)) * group + (uint32_t)(in_group % group);
        planned[(uint64_t)index * WEBHOOKS + webhook] = planned_at(sent);
        sent++;
        tell(index, webhook);
    }
}

static void told(uint32_t index, enum webhook webhook, int status) {
    (void)status;
    done++;
    int64_t plan = planned[(uint64_t)index * WEBHOOKS + webhook];
    if (plan < planned_at(measured_from)) return;
    samples_add(&all, now_ns() - plan);
    if (webhook == INPUT) samples_add(&inputs, now_ns() - plan);
}

static bool is_warm(void) { return sent >= measured_from; }
static bool is_sent(void) { return sent == total; }
static bool is_done(void) { return done == total; }

void scenario_webhooks(int argc, char **argv) {
    static const struct scenario scenario = {submitted, placed, told, NULL, NULL};
    world_open(argc, argv, &scenario);
    rate = option_number(argc, argv, "rate", 300);
    double warm_up = option_number(argc, argv, "warm-up", 2);
    double seconds = warm_up + option_number(argc, argv, "seconds", 10);
    group = (uint32_t)(rate / WEBHOOKS);
    wanted = group * (uint32_t)(rate * seconds / (group * WEBHOOKS) + 0.5);
    total = (uint64_t)wanted * WEBHOOKS;
    planned = make(total * sizeof *planned);
    for (int i = 0; i < 128 && call_count() < wanted; i++) submit_call();
    loop_run(are_placed, NULL, NULL);
    began = now_ns();
    measured_from = (uint64_t)(warm_up * rate);
    loop_run(is_warm, next_webhook, send_due);
    struct usage from = usage_now();
    uint64_t sent_before = sent;
    loop_run(is_sent, next_webhook, send_due);
    struct usage to = usage_now();
    loop_run(is_done, NULL, NULL);
    printf("{\"webhooks\": %llu, ", (unsigned long long)(total - sent_before));
    usage_print(&from, &to);
    printf(", ");
    samples_print(&all, "answer");
    printf(", ");
    samples_print(&inputs, "input");
    printf(", \"failures\": %llu}\n", (unsigned long long)failures);
}
