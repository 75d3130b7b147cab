#define _GNU_SOURCE
#include "loop.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { EVENTS_MAX = 256, READ_BYTES = 64 << 10, LISTENERS_MAX = 4 };

struct listener {
    int fd;
    void (*accepted)(int fd);
};

static int poller = -1;
static struct listener listeners[LISTENERS_MAX];
static int listener_count;
/* Sockets with something to write, and those to be freed, at the end of the turn. */
static struct socket **dirty, **dead;
static size_t dirty_count, dirty_capacity, dead_count, dead_capacity;

static void push(struct socket ***list, size_t *count, size_t *capacity, struct socket *socket) {
    if (*count == *capacity) {
        *capacity = *capacity ? *capacity * 2 : 256;
        *list = realloc(*list, *capacity * sizeof **list);
        if (!*list) die("out of memory");
    }
    (*list)[(*count)++] = socket;
}

static void watch(int operation, int fd, uint32_t events, void *data) {
    if (poller < 0) poller = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event event = {.events = events, .data.ptr = data};
    if (epoll_ctl(poller, operation, fd, &event)) die("epoll_ctl: %s", strerror(errno));
}

struct socket *socket_make(int fd, void (*received)(struct socket *),
                           void (*closed)(struct socket *), void *owner) {
    struct socket *socket = make(sizeof *socket);
    socket->fd = fd;
    socket->received = received;
    socket->closed = closed;
    socket->owner = owner;
    watch(EPOLL_CTL_ADD, fd, EPOLLIN, socket);
    return socket;
}

void socket_send(struct socket *socket) {
    if (socket->is_dirty || socket->is_dead) return;
    socket->is_dirty = true;
    push(&dirty, &dirty_count, &dirty_capacity, socket);
}

void socket_drop(struct socket *socket) {
    if (socket->is_dead) return;
    socket->is_dead = true;
    close(socket->fd);
    push(&dead, &dead_count, &dead_capacity, socket);
}

static void failed(struct socket *socket) {
    if (socket->is_dead) return;
    void (*closed)(struct socket *) = socket->closed;
    socket_drop(socket);
    if (closed) closed(socket);
}

static void write_out(struct socket *socket) {
    while (bytes_count(&socket->out)) {
        ssize_t count = send(socket->fd, bytes_front(&socket->out), bytes_count(&socket->out),
                             MSG_NOSIGNAL | MSG_DONTWAIT);
        if (count < 0) {
            if (errno == EINTR) continue;
            if (errno != EAGAIN) return failed(socket);
            break;
        }
        bytes_take(&socket->out, (size_t)count);
    }
    bool wants_write = bytes_count(&socket->out) > 0;
    if (wants_write == socket->wants_write) return;
    socket->wants_write = wants_write;
    watch(EPOLL_CTL_MOD, socket->fd, EPOLLIN | (wants_write ? EPOLLOUT : 0u), socket);
}

static void read_in(struct socket *socket) {
    uint8_t *room = bytes_room(&socket->in, READ_BYTES);
    ssize_t count = recv(socket->fd, room, READ_BYTES, MSG_DONTWAIT);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (count <= 0) return failed(socket);
    socket->in.end += (size_t)count;
    socket->received(socket);
}

static void accept_all(struct listener *listener) {
    while (true) {
        int fd = accept4(listener->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
        if (fd < 0) return;
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
        listener->accepted(fd);
    }
}

static struct listener *as_listener(void *data) {
    uintptr_t address = (uintptr_t)data, first = (uintptr_t)listeners;
    return address >= first && address < first + sizeof listeners ? data : NULL;
}

int connect_unix(const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path) die("the path of the socket is too long");
    strcpy(address.sun_path, path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof address)) {
        die("connect to %s: %s", path, strerror(errno));
    }
    return fd;
}

static struct sockaddr_in loopback(int port) {
    return (struct sockaddr_in){
        .sin_family = AF_INET,
        .sin_port = htons((uint16_t)port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
}

int connect_tcp(int port) {
    struct sockaddr_in address = loopback(port);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof address)) {
        die("connect to port %d: %s", port, strerror(errno));
    }
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
    return fd;
}

void listen_tcp(int port, void (*accepted)(int fd)) {
    struct sockaddr_in address = loopback(port);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
    if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof address) || listen(fd, 4096)) {
        die("listen on port %d: %s", port, strerror(errno));
    }
    if (listener_count == LISTENERS_MAX) die("too many listeners");
    struct listener *listener = &listeners[listener_count++];
    *listener = (struct listener){fd, accepted};
    watch(EPOLL_CTL_ADD, fd, EPOLLIN, listener);
}

static void flush(void) {
    /* What fails may have others write. */
    for (size_t i = 0; i < dirty_count; i++) {
        dirty[i]->is_dirty = false;
        if (!dirty[i]->is_dead) write_out(dirty[i]);
    }
    dirty_count = 0;
    for (size_t i = 0; i < dead_count; i++) {
        bytes_free(&dead[i]->in);
        bytes_free(&dead[i]->out);
        free(dead[i]);
    }
    dead_count = 0;
}

void loop_run(bool (*is_done)(void), int64_t (*next_ns)(void), void (*turn)(void)) {
    struct epoll_event events[EVENTS_MAX];
    flush();
    while (!is_done()) {
        int64_t wait = 100000000;
        if (next_ns) {
            int64_t left = next_ns() - now_ns();
            if (left < wait) wait = left < 0 ? 0 : left;
        }
        struct timespec time = {wait / 1000000000, wait % 1000000000};
        int count = epoll_pwait2(poller, events, EVENTS_MAX, &time, NULL);
        if (count < 0 && errno != EINTR) die("epoll_pwait2: %s", strerror(errno));
        for (int i = 0; i < count; i++) {
            struct listener *listener = as_listener(events[i].data.ptr);
            if (listener) {
                accept_all(listener);
                continue;
            }
            struct socket *socket = events[i].data.ptr;
            if (!socket->is_dead && events[i].events & EPOLLOUT) write_out(socket);
            if (!socket->is_dead && events[i].events & ~(uint32_t)EPOLLOUT) read_in(socket);
        }
        if (turn) turn();
        flush();
    }
}
