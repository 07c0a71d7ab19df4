/// The terminal, through curses. No type or macro of curses leaves this folder.
///
/// One terminal a process. Everything except the signal handlers belongs to one thread, the one that called terminal_open.
#pragma once
#include <stdbool.h>
#include <stdint.h>

/// The terminal's own colour, where a cell names none.
#define TERMINAL_DEFAULT_COLOR (-1)

/// As many colours as terminfo tells of.
#define TERMINAL_KNOWN_COLORS (-1)

/// Milliseconds after an escape in which the rest of a key's sequence is waited for: short, so that Escape answers within 30. What comes
/// later comes as characters.
#define TERMINAL_ESCAPE_DELAY 15

/// One cell of a screen. `scalar` is one column wide, or two where the next cell has 0 in its place; `marks` are drawn over it, 0 where there is
/// none. Colours are numbers of the terminal's palette, or 0xRRGGBB where its depth is
/// 24 bits. The bits of `attributes`: 1 bold, 2 dim, 4 reverse, 8 underline.
typedef struct {
  uint32_t scalar;
  uint32_t marks[2];
  int32_t foreground;
  int32_t background;
  uint32_t attributes;
} terminal_cell;

/// What a terminal can do.
typedef struct {
  /// Colours it shows: 0 none, 8 or 16, 256, or 1 << 24 where colour numbers are 0xRRGGBB.
  int32_t colors;
  /// Whether its locale is UTF-8.
  bool utf8;
} terminal_capabilities;

/// Why a terminal was not opened.
typedef enum {
  terminal_ok = 0,
  /// Standard input or output is a file or a pipe.
  terminal_not_a_terminal = 1,
  /// TERM is not set, or names nothing that is known here.
  terminal_unknown_type = 2,
  /// TERM names a terminal that cannot place its cursor.
  terminal_too_simple = 3,
  /// The system gave no pipe for signals.
  terminal_no_resources = 4,
} terminal_status;

/// What came from the keyboard.
typedef enum {
  /// `value` is a Unicode scalar, controls included.
  terminal_input_character = 1,
  /// `value` is one of terminal_key.
  terminal_input_key = 2,
  /// The terminal is about to send pasted text.
  terminal_input_paste_start = 3,
  /// Pasted text has ended.
  terminal_input_paste_end = 4,
} terminal_input_kind;

/// Keys that send no character. Function keys are terminal_key_function + their number.
typedef enum {
  terminal_key_enter = 1,
  terminal_key_shift_tab,
  terminal_key_left,
  terminal_key_right,
  terminal_key_up,
  terminal_key_down,
  terminal_key_page_up,
  terminal_key_page_down,
  terminal_key_home,
  terminal_key_end,
  terminal_key_insert,
  terminal_key_backspace,
  terminal_key_delete,
  terminal_key_function = 100,
} terminal_key;

/// One piece of input.
typedef struct {
  int32_t kind;
  uint32_t value;
} terminal_input;

/// Reasons to wake up; bits of terminal_wait's answer.
enum {
  terminal_woken_by_input = 1,
  terminal_woken_by_signal = 2,
  terminal_woken_by_mailbox = 4,
  /// The other end of the terminal is closed.
  terminal_woken_by_hangup = 8,
};

/// Takes the screen: alternate buffer, raw keys, hidden cursor, bracketed paste, file descriptor 2 sent to `log_path` (to nowhere
/// where that is NULL or cannot be opened), signals sent to terminal_next_signal. A program that crashes gives the terminal back first.
///
/// `colors`: how many to use, 0 none, 1 << 24 those of 24 bits, TERMINAL_KNOWN_COLORS as many as terminfo tells of. `are_colors_chosen`: use
/// them even where terminfo knows of none.
///
/// `keep_crash_handlers`: after a crash has given the terminal back, go on to the handlers that were there before.
terminal_status terminal_open(
    const char *log_path, int32_t colors, bool are_colors_chosen, bool keep_crash_handlers, terminal_capabilities *capabilities);

/// The status of a program that is not about to end, or does not know yet how.
#define TERMINAL_GOES_ON (-1)

/// Gives everything back as it was found. Harmless when the terminal is not open. `exit_status`: what the program is about to end with, and ends
/// with at once where a signal asks it to from now on; TERMINAL_GOES_ON leaves that to the first signal, or to the handlers there were before.
void terminal_close(int32_t exit_status);

/// The size of the window, after curses has learnt of a change. What a terminal shows after one is anybody's guess: terminal_forget then.
void terminal_size(int32_t *columns, int32_t *rows);

/// Shows a screen, row by row; only what changed is sent.
void terminal_show(const terminal_cell *cells, int32_t columns, int32_t rows);

/// Forgets what the terminal shows: the next terminal_show sends all of it.
void terminal_forget(void);

/// Asks the terminal to report presses, drags and the wheel of the mouse as characters (xterm's modes 1002 and 1006), or not to, as it is at
/// first. Off whenever the terminal is given back.
void terminal_mouse(bool is_wanted);

/// Sounds the bell, or flashes.
void terminal_beep(void);

/// Gives the terminal back, stops the job as Ctrl-Z would, and takes the terminal again when it goes on.
void terminal_suspend(void);

/// Takes the terminal again after a stop that could not be caught.
void terminal_retake(void);

/// Sleeps until there is input, a signal, a message in the mailbox (-1: none) or `timeout_milliseconds` have passed (-1: never).
int32_t terminal_wait(int32_t mailbox, int32_t timeout_milliseconds);

/// The next piece of input, false when there is none. Never sleeps longer than TERMINAL_ESCAPE_DELAY, after an escape. Call until false: curses reads
/// ahead, and what it holds wakes nobody.
bool terminal_next_input(terminal_input *input);

/// The next signal that arrived: SIGWINCH, SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGTSTP or SIGCONT; 0 when there is none.
int32_t terminal_next_signal(void);
