/* Threads that block, as in thread-pool, multi-thread and the process pools: one accepts and queues, others each serve a connection to its
 * end. No parser, no limits, no time-outs, no runtime: what the model itself costs, with the first bytes there when a connection is accepted
 * (TCP_DEFER_ACCEPT).
 * Usage: blocking PORT THREADS [PROCESSES [own]], own: a listening socket for each process (SO_REUSEPORT) */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define MOST 65536 /* connections that wait for a thread; the load has fewer */

static const char reply[] =
    "HTTP/1.1 200 OK\r\nServer: block\r\nContent-Type: text/plain\r\nContent-Length: 13\r\n\r\nHello, World!";
static const char last_reply[] =
    "HTTP/1.1 200 OK\r\nServer: block\r\nConnection: close\r\nContent-Type: text/plain\r\nContent-Length: 13\r\n\r\nHello, World!";
static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t more = PTHREAD_COND_INITIALIZER;
static int queue[MOST];
static unsigned first, last;

static int listen_on(int port)
{
    int one = 1, listener = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    setsockopt(listener, SOL_SOCKET, SO_REUSEPORT, &one, sizeof one);
    setsockopt(listener, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    setsockopt(listener, IPPROTO_TCP, TCP_DEFER_ACCEPT, &one, sizeof one);
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 1024)) { perror("bind"); exit(1); }
    return listener;
}

static void serve(int client)
{
    char buffer[4096];
    for (ssize_t got; (got = recv(client, buffer, sizeof buffer, 0)) > 0;) {
        if (memmem(buffer, got, "Connection: close", 17)) {
            send(client, last_reply, sizeof last_reply - 1, MSG_NOSIGNAL);
            break;
        }
        if (send(client, reply, sizeof reply - 1, MSG_NOSIGNAL) < 0) break;
    }
    close(client);
}

static void *work(void *unused)
{
    for (;;) {
        pthread_mutex_lock(&gate);
        while (first == last) pthread_cond_wait(&more, &gate);
        int client = queue[first++ % MOST];
        pthread_mutex_unlock(&gate);
        serve(client);
    }
    return unused;
}

int main(int argc, char **argv)
{
    int port = argc > 1 ? atoi(argv[1]) : 8083, threads = argc > 2 ? atoi(argv[2]) : 64, processes = argc > 3 ? atoi(argv[3]) : 1;
    int own = argc > 4, listener = own ? -1 : listen_on(port);
    while (processes-- > 1 && !fork()) prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (own) listener = listen_on(port);
    pthread_t thread;
    for (int i = 0; i < threads; i++) pthread_create(&thread, NULL, work, NULL);
    for (;;) {
        int client = accept4(listener, NULL, NULL, 0);
        if (client < 0) continue;
        pthread_mutex_lock(&gate);
        queue[last++ % MOST] = client;
        pthread_mutex_unlock(&gate);
        pthread_cond_signal(&more);
    }
}
