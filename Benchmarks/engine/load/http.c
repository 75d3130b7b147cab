#define _GNU_SOURCE
#include "http.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "loop.h"

/* Returns the length of a message's head, its empty line included; 0 while it is not whole. */
static size_t head_length(const struct bytes *in) {
    uint8_t *end = memmem(bytes_front(in), bytes_count(in), "\r\n\r\n", 4);
    return end ? (size_t)(end - bytes_front(in)) + 4 : 0;
}

static size_t body_length(const char *head, size_t count) {
    static const char name[] = "content-length:";
    const char *end = head + count;
    for (const char *line = head; line < end;) {
        const char *stop = memchr(line, '\n', (size_t)(end - line));
        if (!stop) break;
        if (!strncasecmp(line, name, sizeof name - 1)) {
            return (size_t)strtoul(line + sizeof name - 1, NULL, 10);
        }
        line = stop + 1;
    }
    return 0;
}

/* ---- The server ---- */

struct server {
    void (*answer)(struct http_request *, struct bytes *);
};

static struct server servers[4];
static int server_count;

static void request_received(struct socket *socket) {
    struct server *server = socket->owner;
    while (true) {
        size_t head = head_length(&socket->in);
        if (!head) return;
        char *text = (char *)bytes_front(&socket->in);
        size_t count = body_length(text, head);
        if (bytes_count(&socket->in) < head + count) return;
        char *line_end = memchr(text, '\r', head);
        *line_end = 0;
        /* Ended by a zero byte, for which there is room once it was asked for. */
        bytes_room(&socket->in, 1);
        text = (char *)bytes_front(&socket->in);
        char saved = text[head + count];
        text[head + count] = 0;
        struct http_request request = {text, text + head, count};
        server->answer(&request, &socket->out);
        text[head + count] = saved;
        bytes_take(&socket->in, head + count);
        socket_send(socket);
    }
}

static void accepted_by(int fd, struct server *server) {
    socket_make(fd, request_received, NULL, server);
}

static void accepted0(int fd) { accepted_by(fd, &servers[0]); }
static void accepted1(int fd) { accepted_by(fd, &servers[1]); }

void http_serve(int port, void (*answer)(struct http_request *, struct bytes *)) {
    static void (*const accepted[])(int) = {accepted0, accepted1};
    if (server_count == 2) die("too many servers");
    servers[server_count].answer = answer;
    listen_tcp(port, accepted[server_count++]);
}

void http_respond(struct bytes *out, int status, const char *body) {
    char head[160];
    size_t count = strlen(body);
    int length;
    if (status == 204) {
        length = snprintf(head, sizeof head, "HTTP/1.1 204 No Content\r\n\r\n");
    } else {
        length = snprintf(head, sizeof head,
                          "HTTP/1.1 %d %s\r\nContent-Type: application/json\r\n"
                          "Content-Length: %zu\r\n\r\n",
                          status, status < 300 ? "OK" : "Error", count);
    }
    bytes_add(out, head, (size_t)length);
    if (status != 204) bytes_add(out, body, count);
}

/* ---- The client ---- */

struct connection {
    struct socket *socket;
    struct http_client *client;
    uint64_t tag;
    bool is_busy;
    struct connection *next_free;
};

struct waiting {
    uint64_t tag;
    char *message;
    size_t count;
};

struct http_client {
    int port, connections, connections_max;
    http_answer answer;
    struct connection *free;
    /* A ring of requests that wait for a connection. */
    struct waiting *waiting;
    size_t first, count, capacity;
    size_t pending;
};

static void response_received(struct socket *socket);

static void connection_closed(struct socket *socket) {
    struct connection *connection = socket->owner;
    struct http_client *client = connection->client;
    client->connections--;
    if (connection->is_busy) die("a connection to the daemon broke with a request on it");
    struct connection **link = &client->free;
    while (*link && *link != connection) link = &(*link)->next_free;
    if (*link) *link = connection->next_free;
    free(connection);
}

static struct connection *free_connection(struct http_client *client) {
    struct connection *connection = client->free;
    if (connection) {
        client->free = connection->next_free;
        return connection;
    }
    if (client->connections == client->connections_max) return NULL;
    client->connections++;
    connection = make(sizeof *connection);
    connection->client = client;
    connection->socket =
        socket_make(connect_tcp(client->port), response_received, connection_closed, connection);
    return connection;
}

static void send_on(struct connection *connection, uint64_t tag, const char *message,
                    size_t count) {
    connection->tag = tag;
    connection->is_busy = true;
    bytes_add(&connection->socket->out, message, count);
    socket_send(connection->socket);
}

static void response_received(struct socket *socket) {
    struct connection *connection = socket->owner;
    struct http_client *client = connection->client;
    size_t head = head_length(&socket->in);
    if (!head) return;
    char *text = (char *)bytes_front(&socket->in);
    size_t count = body_length(text, head);
    if (bytes_count(&socket->in) < head + count) return;
    int status = atoi(text + 9);
    uint64_t tag = connection->tag;
    connection->is_busy = false;
    client->pending--;
    client->answer(tag, status, text + head, count);
    bytes_take(&socket->in, head + count);
    if (client->count) {
        struct waiting next = client->waiting[client->first];
        client->first = (client->first + 1) % client->capacity;
        client->count--;
        send_on(connection, next.tag, next.message, next.count);
        free(next.message);
    } else {
        connection->next_free = client->free;
        client->free = connection;
    }
}

struct http_client *http_client_make(int port, int connections_max, http_answer answer) {
    struct http_client *client = make(sizeof *client);
    client->port = port;
    client->connections_max = connections_max;
    client->answer = answer;
    client->capacity = 1 << 20;
    client->waiting = make(client->capacity * sizeof *client->waiting);
    return client;
}

void http_post(struct http_client *client, uint64_t tag, const char *path,
               const char *authorization, const char *body, size_t count) {
    static struct bytes message;
    char head[2048];
    int length = snprintf(head, sizeof head,
                          "POST %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUser-Agent: Nexmo/1.0\r\n"
                          "Accept: */*\r\nContent-Type: application/json\r\n"
                          "Authorization: %s\r\nContent-Length: %zu\r\n\r\n",
                          path, client->port, authorization, count);
    message.start = message.end = 0;
    bytes_add(&message, head, (size_t)length);
    bytes_add(&message, body, count);
    client->pending++;
    struct connection *connection = free_connection(client);
    if (connection) {
        send_on(connection, tag, (char *)bytes_front(&message), bytes_count(&message));
        return;
    }
    if (client->count == client->capacity) die("too many requests wait for a connection");
    struct waiting *waiting =
        &client->waiting[(client->first + client->count++) % client->capacity];
    *waiting = (struct waiting){tag, make(bytes_count(&message)), bytes_count(&message)};
    memcpy(waiting->message, bytes_front(&message), bytes_count(&message));
}

size_t http_pending(const struct http_client *client) { return client->pending; }
