/*
 * Virtual time for one unmodified Node process, preloaded with LD_PRELOAD: on the main thread the monotonic clock stands still until somebody
 * burns time or epoll_pwait sleeps, and a sleep is a jump. Everything else of libuv and Node stays real; other threads see the real clock.
 *
 * VIRTUAL_START  the clock at the start, ns
 * VIRTUAL_PIPES  how many pipes to open: reading ends are descriptors 100, 101, ...
 *
 * Writes to descriptor 900 command it: "B <ns>" burns; "R <pipe> <ns>" makes a pipe readable so many ns from now; "S" returns the number of
 * sleeps so far in place of the number of bytes written.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { READ_END = 100, WRITE_END = 200, CONTROL = 900, SPARE = 300, MAX_PENDING = 256 };
static const long long NS_PER_MS = 1000000, NS_PER_S = 1000000000;

/* A pipe that becomes readable at an instant. */
struct readiness {
  long long at;
  int pipe;
};

static int virtual_time;
static pid_t main_thread;
static long long now;
static long long sleeps;
static struct readiness pending[MAX_PENDING]; /* in the order of readiness */
static int pending_count;

static int (*real_epoll_pwait)(int, struct epoll_event *, int, int, const sigset_t *);
static ssize_t (*real_write)(int, const void *, size_t);

static int here(void) { return virtual_time && syscall(SYS_gettid) == main_thread; }

static void open_pipe(int number) {
  int ends[2];
  if (pipe2(ends, O_NONBLOCK)) abort();
  int reading = fcntl(ends[0], F_DUPFD, SPARE), writing = fcntl(ends[1], F_DUPFD, SPARE);
  close(ends[0]);
  close(ends[1]);
  if (dup2(reading, READ_END + number) < 0 || dup2(writing, WRITE_END + number) < 0) abort();
  close(reading);
  close(writing);
}

__attribute__((constructor)) static void start(void) {
  real_epoll_pwait = dlsym(RTLD_NEXT, "epoll_pwait");
  real_write = dlsym(RTLD_NEXT, "write");
  const char *at = getenv("VIRTUAL_START"), *pipes = getenv("VIRTUAL_PIPES");
  if (!at || !pipes) return;
  main_thread = getpid();
  now = atoll(at);
  for (int number = 0; number < atoi(pipes); number++) open_pipe(number);
  virtual_time = 1;
}

int clock_gettime(clockid_t clock, struct timespec *time) {
  if ((clock == CLOCK_MONOTONIC || clock == CLOCK_MONOTONIC_COARSE) && here()) {
    time->tv_sec = now / NS_PER_S;
    time->tv_nsec = now % NS_PER_S;
    return 0;
  }
  return syscall(SYS_clock_gettime, clock, time);
}

static void expect(int pipe, long long at) {
  if (pending_count == MAX_PENDING) abort();
  int place = pending_count++;
  for (; place > 0 && pending[place - 1].at > at; place--) pending[place] = pending[place - 1];
  pending[place] = (struct readiness){at, pipe};
}

ssize_t write(int descriptor, const void *bytes, size_t size) {
  if (descriptor != CONTROL || !here()) return real_write(descriptor, bytes, size);
  char command[64] = {0};
  int pipe;
  long long ns;
  memcpy(command, bytes, size < 63 ? size : 63);
  if (command[0] == 'S') return sleeps;
  if (sscanf(command, "B %lld", &ns) == 1) now += ns;
  else if (sscanf(command, "R %d %lld", &pipe, &ns) == 2) expect(pipe, now + ns);
  else abort();
  return size;
}

/* One byte into each pipe that is due, in the order of readiness: the order in which epoll tells of them. */
static void make_ready(void) {
  int due = 0;
  for (; due < pending_count && pending[due].at <= now; due++)
    if (real_write(WRITE_END + pending[due].pipe, "x", 1) != 1) abort();
  memmove(pending, pending + due, (pending_count - due) * sizeof *pending);
  pending_count -= due;
}

int epoll_pwait(int epoll, struct epoll_event *events, int max, int timeout, const sigset_t *mask) {
  if (!here()) return real_epoll_pwait(epoll, events, max, timeout, mask);
  make_ready();
  int count = real_epoll_pwait(epoll, events, max, 0, mask);
  if (count != 0 || timeout == 0) return count;
  if (timeout < 0 && pending_count == 0) return real_epoll_pwait(epoll, events, max, timeout, mask); /* Node's start-up waits for its threads */
  long long until = timeout < 0 ? pending[0].at : now + timeout * NS_PER_MS;
  if (pending_count > 0 && pending[0].at < until) until = pending[0].at;
  now = until;
  sleeps++;
  make_ready();
  return real_epoll_pwait(epoll, events, max, 0, mask);
}

int epoll_wait(int epoll, struct epoll_event *events, int max, int timeout) { return epoll_pwait(epoll, events, max, timeout, NULL); }
