// Input: what curses reads, told in numbers of our own.

#include "Internal.h"
#include <curses.h>
#include <string.h>

/// Codes beyond those of curses (KEY_MAX) and of its extended keys, which it numbers from there on.
enum { KEY_PASTE_START = 5000, KEY_PASTE_END = 5001 };

void keyboard_define_sequences(void) {
  define_key("\033[200~", KEY_PASTE_START);
  define_key("\033[201~", KEY_PASTE_END);
  // Reports of the mouse are read as characters: curses, where terminfo names their beginning, would take that and leave the numbers as keys.
  define_key("\033[<", 0);
  define_key("\033[M", 0);
  static const struct {
    const char *sequence;
    int code;
  } variants[] = {
      {"\033[H", KEY_HOME}, {"\033OH", KEY_HOME}, {"\033[1~", KEY_HOME}, {"\033[7~", KEY_HOME},
      {"\033[F", KEY_END},  {"\033OF", KEY_END},  {"\033[4~", KEY_END},  {"\033[8~", KEY_END},
      {"\033[A", KEY_UP},   {"\033[B", KEY_DOWN}, {"\033[C", KEY_RIGHT}, {"\033[D", KEY_LEFT},
      {"\033[3~", KEY_DC},  {"\033[5~", KEY_PPAGE}, {"\033[6~", KEY_NPAGE}, {"\033[Z", KEY_BTAB},
  };
  for (size_t index = 0; index < sizeof variants / sizeof *variants; index++) {
    if (key_defined(variants[index].sequence) == 0) define_key(variants[index].sequence, variants[index].code);
  }
}

/// What is written on the keys of a numeric keypad that curses tells by their places, 0 of another key.
static uint32_t keypad_character(wint_t code) {
  switch (code) {
    case KEY_A1: return '7';
    case KEY_A3: return '9';
    case KEY_B2: return '5';
    case KEY_C1: return '1';
    case KEY_C3: return '3';
    default: return 0;
  }
}

/// The number of a special key, 0 of one that nobody is told about.
static uint32_t key_of(wint_t code) {
  if (code > KEY_F0 && code <= KEY_F(24)) return terminal_key_function + (code - KEY_F0);
  switch (code) {
    case KEY_ENTER: return terminal_key_enter;
    case KEY_BTAB: return terminal_key_shift_tab;
    case KEY_LEFT: return terminal_key_left;
    case KEY_RIGHT: return terminal_key_right;
    case KEY_UP: return terminal_key_up;
    case KEY_DOWN: return terminal_key_down;
    case KEY_PPAGE: return terminal_key_page_up;
    case KEY_NPAGE: return terminal_key_page_down;
    case KEY_HOME: return terminal_key_home;
    case KEY_END: return terminal_key_end;
    case KEY_IC: return terminal_key_insert;
    case KEY_BACKSPACE: return terminal_key_backspace;
    case KEY_DC: return terminal_key_delete;
    default: return 0;
  }
}

/// A character of which not all bytes have come: its bits so far, the bytes that lack, the smallest scalar that is written with as many.
static struct {
  uint32_t bits;
  int lacking;
  uint32_t smallest;
} begun;

/// Begins a character of several bytes; a byte that begins none is dropped.
static void begin_character(uint32_t byte) {
  begun.lacking = byte >= 0xF5 || byte < 0xC2 ? 0 : byte >= 0xF0 ? 3 : byte >= 0xE0 ? 2 : 1;
  begun.bits = byte & (0x3Fu >> begun.lacking);
  begun.smallest = begun.lacking == 3 ? 0x10000 : begun.lacking == 2 ? 0x800 : 0x80;
}

/// Takes a byte of UTF-8 (RFC 3629); true when it completes a character. What is no character is dropped, and nothing that follows it is:
/// curses' own reader of wide characters loses keys after a stray byte, and characters whose bytes come apart.
static bool take_byte(uint32_t byte, uint32_t *scalar) {
  if (byte < 0x80) {
    begun.lacking = 0;
    *scalar = byte;
    return true;
  }
  if (begun.lacking == 0 || (byte & 0xC0) != 0x80) {
    begin_character(byte);
    return false;
  }
  begun.bits = begun.bits << 6 | (byte & 0x3F);
  if (--begun.lacking > 0) return false;
  *scalar = begun.bits;
  return begun.bits >= begun.smallest && begun.bits <= 0x10FFFF && (begun.bits < 0xD800 || begun.bits > 0xDFFF);
}

bool terminal_next_input(terminal_input *input) {
  for (;;) {
    const int read = wgetch(stdscr);
    if (read == ERR) return false;
    if (read < KEY_MIN) {
      uint32_t scalar;
      if (!take_byte((uint32_t)read & 0xFF, &scalar)) continue;
      *input = (terminal_input){terminal_input_character, scalar};
      return true;
    }
    begun.lacking = 0;
    const wint_t code = (wint_t)read;
    if (code == KEY_PASTE_START || code == KEY_PASTE_END) {
      *input = (terminal_input){code == KEY_PASTE_START ? terminal_input_paste_start : terminal_input_paste_end, 0};
      return true;
    }
    const uint32_t character = keypad_character(code);
    if (character != 0) {
      *input = (terminal_input){terminal_input_character, character};
      return true;
    }
    const uint32_t key = key_of(code);
    if (key != 0) {
      *input = (terminal_input){terminal_input_key, key};
      return true;
    }
  }
}
