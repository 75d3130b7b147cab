#define _GNU_SOURCE
#include "world.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "http.h"
#include "loop.h"
#include "signature.h"
#include "ttrpc.h"

enum { CONNECTIONS_MAX = 64, BLOCK = 1 << 14, BLOCKS_MAX = 1 << 10 };
/* What a tag is of; the index of a call is below. */
enum { TAG_SUBMIT = 1, TAG_METRICS, TAG_STREAM };

uint64_t failures;

static const struct scenario *scenario;
static struct ttrpc *services[CONNECTIONS_MAX], *operator_service;
static int service_count;
static struct http_client *nexmo;
static struct call *blocks[BLOCKS_MAX];
static uint32_t calls;
static size_t submits;
static uint64_t first_number;
static int nexmo_port, callback_port, daemon_pid;
static bool has_callback, has_opened_stream;
static const char *not_before, *text, *repeat, *secret;
static char run_name[32];
static const volatile uint64_t *sync_count;
static char *metrics;

static const char number_base[] = "155";

struct call *call_at(uint32_t index) { return &blocks[index / BLOCK][index % BLOCK]; }

uint32_t call_count(void) { return calls; }

size_t submits_pending(void) { return submits; }

/* ---- The service ---- */

static void put_seconds(struct bytes *b, int field, int64_t seconds) {
    struct bytes message = {0};
    put_number(&message, 1, (uint64_t)seconds);
    put_bytes(b, field, bytes_front(&message), bytes_count(&message));
    bytes_free(&message);
}

void submit_call(void) {
    static struct bytes request;
    static char callback[64];
    uint32_t index = calls++;
    if (index / BLOCK >= BLOCKS_MAX) die("too many calls");
    if (!blocks[index / BLOCK]) blocks[index / BLOCK] = make(BLOCK * sizeof(struct call));
    char to[24], request_id[48];
    snprintf(to, sizeof to, "%s%08llu", number_base, (unsigned long long)(first_number + index));
    snprintf(request_id, sizeof request_id, "%s-%08u", run_name, index);
    snprintf(callback, sizeof callback, "http://127.0.0.1:%d/callback", callback_port);
    request.start = request.end = 0;
    put_text(&request, 1, to);
    put_text(&request, 3, text);
    put_text(&request, 4, "4711");
    if (has_callback) put_text(&request, 5, callback);
    put_text(&request, 7, "Thank you. Goodbye.");
    put_text(&request, 8, "That was not right. Please try again.");
    put_text(&request, 10, request_id);
    if (repeat) put_number(&request, 13, (uint64_t)atoi(repeat));
    put_seconds(&request, 18, 120);
    if (not_before) put_seconds(&request, 19, wall_ms() / 1000 + atoi(not_before));
    call_at(index)->submitted_at = now_ns();
    submits++;
    ttrpc_call(services[index % (uint32_t)service_count], "promptcall.v1.Calls", "Submit",
               (uint64_t)TAG_SUBMIT << 56 | index, &request);
}

void subscribe(void) {
    struct bytes start = {0}, message = {0};
    put_number(&start, 2, 1);                    /* position: LATEST */
    put_bytes(&start, 5, (uint8_t[]){6}, 1);     /* kinds: VERIFIED */
    put_bytes(&message, 1, bytes_front(&start), bytes_count(&start));
    ttrpc_open(operator_service, "promptcall.v1.Calls", "Subscribe", (uint64_t)TAG_STREAM << 56,
               &message);
    bytes_free(&start);
    bytes_free(&message);
}

static bool index_of(const char *number, size_t count, uint32_t *index) {
    size_t base = sizeof number_base - 1;
    if (count < base + 8 || memcmp(number, number_base, base)) return false;
    uint64_t value = strtoull(number + base, NULL, 10);
    if (value < first_number || value - first_number >= calls) return false;
    *index = (uint32_t)(value - first_number);
    return true;
}

/* Reads SubscribeResponse { Event event = 1 { Call call = 4 { string to = 3 } } }. */
static void event_came(const uint8_t *at, size_t count) {
    static const int path[] = {1, 4, 3};
    const uint8_t *end = at + count;
    struct field field;
    size_t depth = 0;
    has_opened_stream = true;
    while (next_field(&at, end, &field)) {
        if (field.number != path[depth] || !field.data) continue;
        if (++depth == 3) {
            uint32_t index;
            char number[24] = {0};
            if (field.count >= sizeof number) return;
            memcpy(number, field.data, field.count);
            if (index_of(number, field.count, &index)) scenario->verified(index);
            return;
        }
        at = field.data;
        end = at + field.count;
    }
}

static void metrics_came(const uint8_t *payload, size_t count) {
    const uint8_t *at = payload;
    struct field field;
    if (!next_field(&at, payload + count, &field) || !field.data) die("metrics cannot be read");
    free(metrics);
    metrics = make(field.count + 1);
    memcpy(metrics, field.data, field.count);
}

static void answered(uint64_t tag, int code, const uint8_t *payload, size_t count) {
    if (code) {
        if (failures++ < 5) fprintf(stderr, "an RPC was answered %d\n", code);
    }
    switch (tag >> 56) {
    case TAG_SUBMIT:
        submits--;
        if (!code) scenario->submitted((uint32_t)tag);
        break;
    case TAG_METRICS:
        if (!code) metrics_came(payload, count);
        break;
    case TAG_STREAM:
        if (!code) event_came(payload, count);
        break;
    }
}

/* ---- Nexmo and the callee ---- */

static const char *const statuses[] = {
    [STARTED] = "started",
    [RINGING] = "ringing",
    [ANSWERED] = "answered",
    [COMPLETED] = "completed",
};

/* The name of a leg, which says whose it is. */
static void uuid_of(uint32_t index, char kind, char out[40]) {
    snprintf(out, 40, "%c3f80f31-5d1e-4c0a-9f6b-%012u", kind, index);
}

static size_t write_body(char *out, size_t size, uint32_t index, enum webhook webhook) {
    char uuid[40], conversation[40], now[32];
    uuid_of(index, 'a', uuid);
    uuid_of(index, 'c', conversation);
    struct timespec time;
    clock_gettime(CLOCK_REALTIME, &time);
    struct tm parts;
    gmtime_r(&time.tv_sec, &parts);
    size_t length = strftime(now, sizeof now, "%Y-%m-%dT%H:%M:%S", &parts);
    snprintf(now + length, sizeof now - length, ".%03ldZ", time.tv_nsec / 1000000);
    char ends[160];
    snprintf(ends, sizeof ends,
             "\"from\":\"15550009999\",\"to\":\"%s%08llu\",\"uuid\":\"%s\","
             "\"conversation_uuid\":\"CON-%s\"",
             number_base, (unsigned long long)(first_number + index), uuid, conversation);
    int count = 0;
    switch (webhook) {
    case INPUT:
        count = snprintf(out, size,
                         "{\"speech\":{\"error\":\"Speech was not enabled\"},"
                         "\"dtmf\":{\"digits\":\"4711\",\"timed_out\":false},%s,"
                         "\"timestamp\":\"%s\"}",
                         ends, now);
        break;
    case COMPLETED:
        count = snprintf(out, size,
                         "{\"headers\":{},%s,\"status\":\"completed\",\"direction\":\"outbound\","
                         "\"network\":\"23410\",\"start_time\":\"%s\",\"end_time\":\"%s\","
                         "\"duration\":\"12\",\"rate\":\"0.01200000\",\"price\":\"0.00240000\","
                         "\"disconnected_by\":\"platform\",\"sip_code\":200,"
                         "\"timestamp\":\"%s\"}",
                         ends, now, now, now);
        break;
    case ANSWERED:
        count = snprintf(out, size,
                         "{\"headers\":{},%s,\"status\":\"answered\",\"direction\":\"outbound\","
                         "\"start_time\":null,\"rate\":null,\"network\":null,"
                         "\"timestamp\":\"%s\"}",
                         ends, now);
        break;
    case STARTED:
    case RINGING:
    case WEBHOOKS:
        count = snprintf(out, size,
                         "{\"headers\":{},%s,\"status\":\"%s\",\"direction\":\"outbound\","
                         "\"timestamp\":\"%s\"}",
                         ends, statuses[webhook], now);
        break;
    }
    return (size_t)count;
}

void tell(uint32_t index, enum webhook webhook) {
    char body[1024];
    struct call *call = call_at(index);
    size_t count = write_body(body, sizeof body, index, webhook);
    const char *path = webhook == INPUT ? call->input_path : call->event_path;
    if (!path) die("a webhook of a call that was not placed");
    char authorization[SIGNATURE_MAX];
    sign_webhook(authorization, secret, body, count);
    http_post(nexmo, (uint64_t)webhook << 56 | index, path, authorization, body, count);
}

static void webhook_answered(uint64_t tag, int status, const char *body, size_t count) {
    (void)body;
    (void)count;
    enum webhook webhook = (enum webhook)(tag >> 56);
    if (status != (webhook == INPUT ? 200 : 204)) {
        if (failures++ < 5) fprintf(stderr, "webhook %d was answered %d\n", webhook, status);
    }
    scenario->told((uint32_t)tag, webhook, status);
}

/* The path of the first URL behind a member's name. */
static char *path_behind(const char *json, const char *name) {
    const char *at = strstr(json, name);
    if (!at) return NULL;
    const char *path = strstr(at + strlen(name), "/v1/");
    const char *end = path ? strchr(path, '"') : NULL;
    return end ? strndup(path, (size_t)(end - path)) : NULL;
}

static void ring(struct http_request *request, struct bytes *out) {
    static const char number[] = "\"number\":\"";
    const char *to = strstr(request->body, number);
    uint32_t index;
    if (!to || !index_of(to + sizeof number - 1, strlen(to + sizeof number - 1), &index)) {
        /* A call of an earlier run: it is not ours to play. */
        http_respond(out, 201,
                     "{\"uuid\":\"93f80f31-5d1e-4c0a-9f6b-000000000000\",\"status\":\"started\","
                     "\"direction\":\"outbound\",\"conversation_uuid\":\"CON-0\"}");
        return;
    }
    struct call *call = call_at(index);
    call->placed_at = now_ns();
    if (!call->event_path) {
        call->event_path = path_behind(request->body, "\"event_url\":[\"");
        call->input_path = path_behind(request->body, "\"eventUrl\":[\"");
    }
    scenario->placed(index);
    char uuid[40], conversation[40], body[256];
    uuid_of(index, 'a', uuid);
    uuid_of(index, 'c', conversation);
    snprintf(body, sizeof body,
             "{\"uuid\":\"%s\",\"status\":\"started\",\"direction\":\"outbound\","
             "\"conversation_uuid\":\"CON-%s\"}",
             uuid, conversation);
    http_respond(out, 201, body);
}

/* Nexmo's API. What is asked about is still ringing. */
static void nexmo_asked(struct http_request *request, struct bytes *out) {
    if (!strncmp(request->line, "POST ", 5)) return ring(request, out);
    if (!strncmp(request->line, "PUT ", 4)) return http_respond(out, 204, "");
    if (strstr(request->line, "/v1/calls/")) {
        return http_respond(out, 200, "{\"status\":\"answered\",\"direction\":\"outbound\"}");
    }
    http_respond(out, 200, "{\"count\":0,\"_embedded\":{\"calls\":[]}}");
}

static void callback_came(struct http_request *request, struct bytes *out) {
    const char *to = strstr(request->body, "to=");
    uint32_t index;
    http_respond(out, 204, "");
    if (to && index_of(to + 3, strlen(to + 3), &index)) scenario->called_back(index);
}

/* ---- The daemon's account ---- */

static bool have_metrics(void) { return metrics != NULL; }
static bool have_stream(void) { return has_opened_stream; }

void wait_for_stream(void) { loop_run(have_stream, NULL, NULL); }

static double metric(const char *name) {
    size_t count = strlen(name);
    for (const char *line = metrics; line && *line; line = strchr(line, '\n')) {
        if (*line == '\n') line++;
        if (!strncmp(line, name, count) && line[count] == ' ') return atof(line + count);
    }
    return 0;
}

static void read_process(struct usage *usage) {
    char path[64], line[1024];
    snprintf(path, sizeof path, "/proc/%d/stat", daemon_pid);
    FILE *file = fopen(path, "r");
    if (!file || !fgets(line, sizeof line, file)) die("%s cannot be read", path);
    fclose(file);
    /* Fields 14, 15 and 24 (proc(5)), counted behind the name, which may hold blanks. */
    char *at = strrchr(line, ')');
    unsigned long user = 0, system = 0;
    long pages = 0;
    int field = 2;
    for (char *word = strtok(at, " "); word; word = strtok(NULL, " ")) {
        if (field == 14) user = strtoul(word, NULL, 10);
        if (field == 15) system = strtoul(word, NULL, 10);
        if (field == 24) pages = atol(word);
        field++;
    }
    usage->cpu_ns = (int64_t)(user + system) * (1000000000 / sysconf(_SC_CLK_TCK));
    usage->rss_bytes = (double)pages * (double)sysconf(_SC_PAGESIZE);
}

struct usage usage_now(void) {
    struct usage usage = {0};
    struct bytes empty = {0};
    free(metrics);
    metrics = NULL;
    ttrpc_call(operator_service, "promptcall.v1.Daemon", "GetMetrics",
               (uint64_t)TAG_METRICS << 56, &empty);
    loop_run(have_metrics, NULL, NULL);
    usage.commits = metric("promptcall_commits_total");
    usage.live = metric("promptcall_live_calls");
    usage.cached = metric("promptcall_cached_calls");
    usage.syncs = sync_count ? (double)*sync_count : 0;
    if (daemon_pid) read_process(&usage);
    usage.at = now_ns();
    return usage;
}

void usage_print(const struct usage *from, const struct usage *to) {
    printf("\"seconds\": %.6f, \"cpu_ms\": %.1f, \"commits\": %.0f, \"syncs\": %.0f",
           (double)(to->at - from->at) / 1e9, (double)(to->cpu_ns - from->cpu_ns) / 1e6,
           to->commits - from->commits, to->syncs - from->syncs);
}

static void map_sync_count(const char *path) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) die("%s cannot be opened", path);
    sync_count = mmap(NULL, sizeof *sync_count, PROT_READ, MAP_SHARED, fd, 0);
    if (sync_count == MAP_FAILED) die("%s cannot be mapped", path);
    close(fd);
}

void world_open(int argc, char **argv, const struct scenario *what) {
    scenario = what;
    const char *path = option(argc, argv, "socket", NULL);
    if (!path) die("--socket is missing");
    nexmo_port = (int)option_number(argc, argv, "nexmo-port", 0);
    callback_port = (int)option_number(argc, argv, "callback-port", 0);
    daemon_pid = (int)option_number(argc, argv, "pid", 0);
    has_callback = callback_port != 0;
    not_before = option(argc, argv, "not-before", NULL);
    repeat = option(argc, argv, "repeat", NULL);
    secret = option(argc, argv, "secret", "");
    text = option(argc, argv, "text",
                  "Your parcel is waiting for you. To confirm the delivery, please key in your "
                  "four digit code now.");
    /* Numbers and names of their own for each run on a store. */
    first_number = (uint64_t)option_number(argc, argv, "first-number", 0);
    snprintf(run_name, sizeof run_name, "run-%llu", (unsigned long long)wall_ms());
    service_count = (int)option_number(argc, argv, "connections", 1);
    if (service_count < 1 || service_count > CONNECTIONS_MAX) die("--connections is out of range");
    const char *syncs = option(argc, argv, "syncs", NULL);
    if (syncs) map_sync_count(syncs);
    for (int i = 0; i < service_count; i++) services[i] = ttrpc_connect(path, answered);
    operator_service = ttrpc_connect(path, answered);
    if (nexmo_port) http_serve(nexmo_port, nexmo_asked);
    if (callback_port) http_serve(callback_port, callback_came);
    int webhook_port = (int)option_number(argc, argv, "webhook-port", 0);
    int connections = (int)option_number(argc, argv, "webhook-connections", 64);
    nexmo = http_client_make(webhook_port, connections, webhook_answered);
}
