/* One thread that waits for all sockets. */
#ifndef LOOP_H
#define LOOP_H

#include "../base.h"

/* A connected socket with what was read and what is to be written. Everything that is put into
   `out` while events are handled is written once, when all of them were. */
struct socket {
    int fd;
    struct bytes in, out;
    bool wants_write, is_dirty, is_dead;
    /* More bytes are in `in`. */
    void (*received)(struct socket *socket);
    /* The other side closed it, or it failed; it is gone afterwards. */
    void (*closed)(struct socket *socket);
    void *owner;
};

struct socket *socket_make(int fd, void (*received)(struct socket *),
                           void (*closed)(struct socket *), void *owner);
/* Has `out` written at the end of this turn. */
void socket_send(struct socket *socket);
/* Ends it at the end of this turn, without a call of `closed`. */
void socket_drop(struct socket *socket);

int connect_unix(const char *path);
/* A connection to 127.0.0.1. */
int connect_tcp(int port);
/* Listens on 127.0.0.1 and calls `accepted` with each connection. */
void listen_tcp(int port, void (*accepted)(int fd));

/* Handles what comes, until `is_done` says so. It asks `next_ns` before each wait how long that
   may take at most: a monotonic time; and calls `turn` behind each. All but `is_done` may be
   NULL. */
void loop_run(bool (*is_done)(void), int64_t (*next_ns)(void), void (*turn)(void));

#endif
