#ifndef PORTCULLIS_EVENT_SHIM_H
#define PORTCULLIS_EVENT_SHIM_H

// libevent's loops and buffered streams, and what Swift cannot call of it and of sockets as they are.

#include <arpa/inet.h>
#include <errno.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

// A loop for one thread alone; it needs no lock.
static inline struct event_base *portcullis_loop_new(void) {
    struct event_config *config = event_config_new();
    if (config == NULL) return NULL;
    struct event_base *base =
        event_config_set_flag(config, EVENT_BASE_FLAG_NOLOCK | EVENT_BASE_FLAG_PRECISE_TIMER) == 0
        ? event_base_new_with_config(config)
        : NULL;
    event_config_free(config);
    return base;
}

static inline int portcullis_eventfd(void) { return eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC); }

// Memory of an event that `event_assign` is to fill.
static inline struct event *portcullis_event_alloc(void) {
    return (struct event *)calloc(1, event_get_struct_event_size());
}

static inline int portcullis_event_add_milliseconds(struct event *event, long milliseconds) {
    struct timeval time = {milliseconds / 1000, (milliseconds % 1000) * 1000};
    return event_add(event, &time);
}

// The address of the other end without a port, IPv4 in its own form; empty for a Unix socket.
static inline void portcullis_peer_text(const struct sockaddr_storage *address, char text[64]) {
    text[0] = 0;
    if (address->ss_family == AF_INET) {
        inet_ntop(AF_INET, &((const struct sockaddr_in *)address)->sin_addr, text, 64);
    } else if (address->ss_family == AF_INET6) {
        const struct in6_addr *in6 = &((const struct sockaddr_in6 *)address)->sin6_addr;
        if (IN6_IS_ADDR_V4MAPPED(in6)) inet_ntop(AF_INET, &in6->s6_addr[12], text, 64);
        else inet_ntop(AF_INET6, in6, text, 64);
    }
}

// Accepts one connection; its address is written as text.
static inline int portcullis_accept(int listener, char text[64]) {
    struct sockaddr_storage address;
    memset(&address, 0, sizeof address);
    socklen_t length = sizeof address;
    int descriptor = accept4(listener, (struct sockaddr *)&address, &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (descriptor < 0) return -1;
    portcullis_peer_text(&address, text);
    if (address.ss_family != AF_UNIX) {
        int yes = 1;
        setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    }
    return descriptor;
}

// A socket that listens at a numeric address, on a port of the system's choice for 0; -1 with errno.
static inline int portcullis_listen_tcp(const char *address, unsigned short port, unsigned short *bound) {
    struct sockaddr_storage storage;
    memset(&storage, 0, sizeof storage);
    struct sockaddr_in *in = (struct sockaddr_in *)&storage;
    struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)&storage;
    socklen_t length;
    if (inet_pton(AF_INET, address, &in->sin_addr) == 1) {
        in->sin_family = AF_INET;
        in->sin_port = htons(port);
        length = sizeof *in;
    } else if (inet_pton(AF_INET6, address, &in6->sin6_addr) == 1) {
        in6->sin6_family = AF_INET6;
        in6->sin6_port = htons(port);
        length = sizeof *in6;
    } else {
        errno = EINVAL;
        return -1;
    }
    int listener = socket(storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (listener < 0) return -1;
    int yes = 1;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(listener, (struct sockaddr *)&storage, length) == 0 && listen(listener, 1024) == 0
        && getsockname(listener, (struct sockaddr *)&storage, &length) == 0) {
        *bound = ntohs(storage.ss_family == AF_INET ? in->sin_port : in6->sin6_port);
        return listener;
    }
    int number = errno;
    close(listener);
    errno = number;
    return -1;
}

// Whether somebody answers at a Unix socket.
static inline int portcullis_is_unix_in_use(const struct sockaddr_un *address) {
    int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (probe < 0) return 1;
    int result = connect(probe, (const struct sockaddr *)address, sizeof *address);
    int in_use = result == 0 || errno != ECONNREFUSED;
    close(probe);
    return in_use;
}

// A Unix socket that listens, with these permissions; what an ended process left there is replaced. -1 with errno.
static inline int portcullis_listen_unix(const char *path, unsigned int mode) {
    struct sockaddr_un address;
    memset(&address, 0, sizeof address);
    address.sun_family = AF_UNIX;
    if (strlen(path) >= sizeof address.sun_path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    strcpy(address.sun_path, path);
    int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (listener < 0) return -1;
    struct stat status;
    if (lstat(path, &status) == 0) {
        if (!S_ISSOCK(status.st_mode) || portcullis_is_unix_in_use(&address)) {
            close(listener);
            errno = EADDRINUSE;
            return -1;
        }
        unlink(path);
    }
    // The permissions of the descriptor are those that the file is made with, so that it never is more open.
    if (fchmod(listener, mode) == 0 && bind(listener, (struct sockaddr *)&address, sizeof address) == 0
        && chmod(path, mode) == 0 && listen(listener, 1024) == 0) {
        return listener;
    }
    int number = errno;
    close(listener);
    errno = number;
    return -1;
}

#endif
