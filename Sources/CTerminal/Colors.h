/// The screen with the colours asked for. Not in Internal.h, which knows no curses.
#pragma once
#include <curses.h>
#include <stdbool.h>
#include <stdint.h>

/// Opens the screen of the terminal that TERM names: with this many colours (1 << 24 are colours of 24 bits), or with those that terminfo
/// tells of where `colors` is not positive. A terminal of which terminfo knows none gets some only where they are `chosen`. NULL where TERM
/// is unknown.
SCREEN *screen_with_colors(int32_t colors, bool is_chosen);
