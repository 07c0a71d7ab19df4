/// What the files of this folder share: the screen in Screen.c, the keyboard in Keyboard.c, signals and crashes in Signals.c.
#pragma once
#include "CTerminal.h"

/// Turns bracketed paste on, off.
#define PASTE_ON "\033[?2004h"
#define PASTE_OFF "\033[?2004l"

/// Reports of presses, drags and the wheel, on and off.
#define MOUSE_ON "\033[?1002h\033[?1006h"
#define MOUSE_OFF "\033[?1006l\033[?1002l"

/// Teaches curses the sequences of a paste, and those of Home and End that terminals send and terminfo leaves out.
void keyboard_define_sequences(void);

/// Remembers the modes of the terminal, and puts them back to the bit.
void modes_remember(void);
void modes_restore(void);

/// Whether signal handling could be set up. Before curses is: it sets handlers of its own where there are none, which end the program with 1.
bool signals_install(bool keep_crash_handlers);

/// What the terminal has to be sent when the program crashes.
void signals_restore_with(const char *text);

/// Puts back the handlers that were there before; where the program is about to end with `exit_status`, signals that ask it to end do so at once.
void signals_remove(int32_t exit_status);

/// Stops the job as Ctrl-Z would; returns when it goes on.
void signals_stop_job(void);

/// Sends file descriptor 2 to the log while the screen is up, and back. One that is no terminal is left alone.
void standard_error_to_log(const char *path);
void standard_error_restore(void);
