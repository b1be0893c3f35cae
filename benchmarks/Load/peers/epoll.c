/* A bare epoll loop, one per thread with SO_REUSEPORT: no parser, no limits, no time-outs; each empty line in what is read gets
 * "Hello, World!", and a request that asks for it gets its connection closed. The floor that a server on the same machine cannot beat.
 * Usage: epoll PORT THREADS */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

static const char reply[] =
    "HTTP/1.1 200 OK\r\nServer: epoll\r\nContent-Type: text/plain\r\nContent-Length: 13\r\n\r\nHello, World!";
static const char last_reply[] =
    "HTTP/1.1 200 OK\r\nServer: epoll\r\nConnection: close\r\nContent-Type: text/plain\r\nContent-Length: 13\r\n\r\nHello, World!";
static int port;

static void *loop(void *unused)
{
    (void)unused;
    int one = 1, listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), epoll = epoll_create1(0);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    setsockopt(listener, SOL_SOCKET, SO_REUSEPORT, &one, sizeof one);
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 1024)) { perror("bind"); exit(1); }
    struct epoll_event event = { .events = EPOLLIN, .data.fd = listener }, events[256];
    epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event);
    for (;;) {
        int count = epoll_wait(epoll, events, 256, -1);
        for (int i = 0; i < count; i++) {
            int fd = events[i].data.fd;
            if (fd == listener) {
                int client = accept4(listener, NULL, NULL, SOCK_NONBLOCK);
                if (client < 0) continue;
                setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
                event.events = EPOLLIN;
                event.data.fd = client;
                epoll_ctl(epoll, EPOLL_CTL_ADD, client, &event);
                continue;
            }
            char buffer[4096], replies[64 * sizeof reply];
            ssize_t got = recv(fd, buffer, sizeof buffer, 0);
            if (got <= 0) { close(fd); continue; }
            if (memmem(buffer, got, "Connection: close", 17)) {
                send(fd, last_reply, sizeof last_reply - 1, MSG_NOSIGNAL);
                close(fd);
                continue;
            }
            size_t length = 0;
            for (char *from = buffer, *end; (end = memmem(from, buffer + got - from, "\r\n\r\n", 4)) && length + sizeof reply < sizeof replies; from = end + 4) {
                memcpy(replies + length, reply, sizeof reply - 1);
                length += sizeof reply - 1;
            }
            if (length && send(fd, replies, length, MSG_NOSIGNAL) < 0) close(fd);
        }
    }
}

int main(int argc, char **argv)
{
    port = argc > 1 ? atoi(argv[1]) : 8083;
    int threads = argc > 2 ? atoi(argv[2]) : 2;
    pthread_t thread;
    for (int i = 1; i < threads; i++) pthread_create(&thread, NULL, loop, NULL);
    loop(NULL);
}
