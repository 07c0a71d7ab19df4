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

/// Whether signal handling could be set up. `restore` is what the terminal has to be sent when the program crashes.
bool signals_install(const char *restore, bool keep_crash_handlers);

/// Puts back the handlers that were there before.
void signals_remove(void);

/// Stops the job as Ctrl-Z would; returns when it goes on.
void signals_stop_job(void);

/// Sends file descriptor 2 to the log while the screen is up, and back. One that is no terminal is left alone.
void standard_error_to_log(const char *path);
void standard_error_restore(void);
