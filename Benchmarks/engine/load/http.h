/* HTTP/1.1, as far as a load needs it: both ends, kept-alive connections, no chunks. */
#ifndef HTTP_H
#define HTTP_H

#include "../base.h"

/* A request that came: its first line and its body, both ended by a zero byte. */
struct http_request {
    char *line;
    char *body;
    size_t body_count;
};

/* Serves on 127.0.0.1; `answer` puts the whole response into `out`. */
void http_serve(int port, void (*answer)(struct http_request *request, struct bytes *out));
void http_respond(struct bytes *out, int status, const char *body);

/* Requests to one port of 127.0.0.1, each on a connection that is free or, up to
   `connections_max`, a new one; beyond, they wait in order. */
struct http_client;

/* The answer to a request: its status and body. */
typedef void (*http_answer)(uint64_t tag, int status, const char *body, size_t count);

struct http_client *http_client_make(int port, int connections_max, http_answer answer);
void http_post(struct http_client *client, uint64_t tag, const char *path,
               const char *authorization, const char *body, size_t count);
/* Requests that were not answered yet. */
size_t http_pending(const struct http_client *client);

#endif
