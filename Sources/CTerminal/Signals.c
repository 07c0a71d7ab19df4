// Signals that ask, signals that kill, and what file descriptor 2 is meanwhile.

#include "Internal.h"
#include <curses.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

/// Signals that are told to the program.
static const int told[] = {SIGWINCH, SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGTSTP, SIGCONT};
/// Those of them that ask it to end.
static const int ending[] = {SIGTERM, SIGHUP, SIGINT, SIGQUIT};
/// Signals that end it on the spot.
static const int fatal[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGABRT, SIGSYS};

static int pipe_ends[2] = {-1, -1};
static struct sigaction before[NSIG];
static volatile sig_atomic_t is_stopping;
/// The first signal that asked the program to end, 0 if none.
static volatile sig_atomic_t ended_by;
/// What the program ends with, once the screen is closed.
static volatile sig_atomic_t late_status;

// What the crash handler needs, prepared beforehand: it may call next to nothing.
static struct termios saved_modes;
static volatile sig_atomic_t has_saved_modes;
static char restore_text[256];
static volatile sig_atomic_t restore_length;
static bool keeps_crash_handlers;
static int saved_standard_error = -1;
static char crash_notice[4352];
static char *crash_stack;

static bool asks_to_end(int number) {
  for (size_t index = 0; index < COUNT(ending); index++) {
    if (number == ending[index]) return true;
  }
  return false;
}

static void on_told_signal(int number) {
  const int saved_errno = errno;
  const unsigned char byte = (unsigned char)number;
  if (ended_by == 0 && asks_to_end(number)) ended_by = number;
  if (!(is_stopping && number == SIGCONT)) (void)!write(pipe_ends[1], &byte, 1);
  errno = saved_errno;
}

/// A signal once the screen is closed: what was to be saved is, and the program ends as it was about to.
static void on_late_signal(int number) {
  (void)number;
  _exit(late_status);
}

static void on_crash(int number, siginfo_t *information, void *context) {
  (void)context;
  if (restore_length > 0) (void)!write(STDOUT_FILENO, restore_text, (size_t)restore_length);
  if (has_saved_modes) tcsetattr(STDIN_FILENO, TCSANOW, &saved_modes);
  if (saved_standard_error >= 0) dup2(saved_standard_error, STDERR_FILENO);
  (void)!write(STDERR_FILENO, crash_notice, strlen(crash_notice));
  if (keeps_crash_handlers) {
    sigaction(number, &before[number], NULL);
  } else {
    signal(number, SIG_DFL);
  }
  // A faulting instruction runs again on return and faults again; a signal that was sent has to be sent again.
  if (number == SIGABRT || information->si_code <= 0) raise(number);
}

void modes_remember(void) { has_saved_modes = tcgetattr(STDIN_FILENO, &saved_modes) == 0; }

void modes_restore(void) {
  if (has_saved_modes) tcsetattr(STDIN_FILENO, TCSADRAIN, &saved_modes);
  has_saved_modes = 0;
}

void signals_restore_with(const char *text) {
  strncpy(restore_text, text, sizeof restore_text - 1);
  restore_length = (sig_atomic_t)strlen(restore_text);
}

bool signals_install(bool keep_crash_handlers) {
  if (pipe2(pipe_ends, O_NONBLOCK | O_CLOEXEC) != 0) return false;
  keeps_crash_handlers = keep_crash_handlers;
  ended_by = 0;

  struct sigaction action;
  memset(&action, 0, sizeof action);
  sigemptyset(&action.sa_mask);
  action.sa_handler = on_told_signal;
  action.sa_flags = SA_RESTART;
  for (size_t index = 0; index < COUNT(told); index++) sigaction(told[index], &action, &before[told[index]]);
  // Whoever started the program may have blocked them, as some thread pools do for their children.
  sigset_t heard;
  sigemptyset(&heard);
  for (size_t index = 0; index < COUNT(told); index++) sigaddset(&heard, told[index]);
  pthread_sigmask(SIG_UNBLOCK, &heard, NULL);
  action.sa_handler = SIG_IGN;
  sigaction(SIGPIPE, &action, &before[SIGPIPE]);

  // A stack of its own, so that an overflow of the main one can be told from a hang.
  const size_t stack_size = 65536;
  if (crash_stack == NULL) crash_stack = malloc(stack_size);
  if (crash_stack != NULL) {
    const stack_t stack = {.ss_sp = crash_stack, .ss_size = stack_size};
    sigaltstack(&stack, NULL);
  }
  action.sa_sigaction = on_crash;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  for (size_t index = 0; index < COUNT(fatal); index++) sigaction(fatal[index], &action, &before[fatal[index]]);
  return true;
}

void signals_remove(int32_t exit_status) {
  if (pipe_ends[0] < 0) return;
  if (exit_status < 0 && ended_by != 0) exit_status = 128 + ended_by;
  late_status = exit_status;
  struct sigaction late;
  memset(&late, 0, sizeof late);
  sigemptyset(&late.sa_mask);
  late.sa_handler = on_late_signal;
  // In one step: between two the handlers from before would be in force.
  for (size_t index = 0; index < COUNT(told); index++) {
    const bool is_late = exit_status >= 0 && asks_to_end(told[index]);
    sigaction(told[index], is_late ? &late : &before[told[index]], NULL);
  }
  for (size_t index = 0; index < COUNT(fatal); index++) sigaction(fatal[index], &before[fatal[index]], NULL);
  sigaction(SIGPIPE, &before[SIGPIPE], NULL);
  restore_length = 0;
  close(pipe_ends[0]);
  close(pipe_ends[1]);
  pipe_ends[0] = pipe_ends[1] = -1;
}

void signals_stop_job(void) {
  struct sigaction action, ours;
  memset(&action, 0, sizeof action);
  action.sa_handler = SIG_DFL;
  is_stopping = 1;
  sigaction(SIGTSTP, &action, &ours);
  kill(0, SIGTSTP);
  sigaction(SIGTSTP, &ours, NULL);
  is_stopping = 0;
}

int32_t terminal_next_signal(void) {
  unsigned char byte = 0;
  return read(pipe_ends[0], &byte, 1) == 1 ? byte : 0;
}

int32_t terminal_wait(int32_t mailbox, int32_t timeout_milliseconds) {
  // poll leaves out descriptors below zero.
  struct pollfd sources[] = {{STDIN_FILENO, POLLIN, 0}, {pipe_ends[0], POLLIN, 0}, {mailbox, POLLIN, 0}};
  if (poll(sources, COUNT(sources), timeout_milliseconds) < 0) return errno == EINTR ? 0 : terminal_woken_by_hangup;
  int32_t reasons = 0;
  if (sources[0].revents & POLLIN) reasons |= terminal_woken_by_input;
  if (sources[0].revents & (POLLHUP | POLLERR | POLLNVAL)) reasons |= terminal_woken_by_hangup;
  if (sources[1].revents) reasons |= terminal_woken_by_signal;
  if (sources[2].revents) reasons |= terminal_woken_by_mailbox;
  return reasons;
}

void standard_error_to_log(const char *path) {
  if (!isatty(STDERR_FILENO)) return;
  int log = path == NULL ? -1 : open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  crash_notice[0] = 0;
  strcat(crash_notice, "the program crashed");
  if (log >= 0 && strlen(path) < 4096) {
    strcat(crash_notice, "; the reason is at the end of ");
    strcat(crash_notice, path);
  }
  strcat(crash_notice, "\n");
  if (log < 0) log = open("/dev/null", O_WRONLY | O_CLOEXEC);
  if (log < 0) return;
  saved_standard_error = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
  dup2(log, STDERR_FILENO);
  close(log);
}

void standard_error_restore(void) {
  if (saved_standard_error < 0) return;
  dup2(saved_standard_error, STDERR_FILENO);
  close(saved_standard_error);
  saved_standard_error = -1;
}
