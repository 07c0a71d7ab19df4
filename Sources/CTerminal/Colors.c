// More colours than terminfo tells of: the description of the terminal in use, with other colours, handed to curses in memory.
//
// A terminal of 24 bits is mostly called `xterm-256color` and says COLORTERM=truecolor; descriptions that end in `-direct` are seldom
// installed, and few terminals have one. This is the one file that includes <term.h>, whose macros take away common words.

#include "Internal.h"
#include "Colors.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <term.h>

/// A description in the compiled form of term(5), its numbers of 32 bits.
typedef struct {
  unsigned char bytes[32768];
  size_t length;
  bool overflows;
} compiled;

static void put_byte(compiled *entry, int value) {
  if (entry->length < sizeof entry->bytes) {
    entry->bytes[entry->length++] = (unsigned char)value;
  } else {
    entry->overflows = true;
  }
}

static void put_short(compiled *entry, int value) {
  put_byte(entry, value & 0xFF);
  put_byte(entry, value >> 8 & 0xFF);
}

static void put_number(compiled *entry, int value) {
  put_short(entry, value & 0xFFFF);
  put_short(entry, value >> 16 & 0xFFFF);
}

static void put_text(compiled *entry, const char *text) {
  do put_byte(entry, *text);
  while (*text++ != 0);
}

static void put_padding(compiled *entry) {
  if (entry->length % 2 != 0) put_byte(entry, 0);
}

/// Sequences of ECMA-48 and its extension ITU T.416, parameters parted by semicolons, as every terminal of this kind reads them.
static const char *color_sequence(const char *name, int colors) {
  const bool is_ground = strcmp(name, "setab") == 0;
  if (!is_ground && strcmp(name, "setaf") != 0) return NULL;
  if (colors > 256) {
    return is_ground ? "\033[48;2;%p1%{65536}%/%d;%p1%{256}%/%{255}%&%d;%p1%{255}%&%dm"
                     : "\033[38;2;%p1%{65536}%/%d;%p1%{256}%/%{255}%&%d;%p1%{255}%&%dm";
  }
  return is_ground ? "\033[%?%p1%{8}%<%t4%p1%d%e%p1%{16}%<%t10%p1%{8}%-%d%e48;5;%p1%d%;m"
                   : "\033[%?%p1%{8}%<%t3%p1%d%e%p1%{16}%<%t9%p1%{8}%-%d%e38;5;%p1%d%;m";
}

/// The string of a capability in the new description, NULL where it has none. What would change the palette is left out.
static const char *string_of(const char *name, int colors) {
  const char *const dropped[] = {"initc", "initp", "oc", "scp", "setf", "setb"};
  for (size_t index = 0; index < sizeof dropped / sizeof *dropped; index++) {
    if (strcmp(name, dropped[index]) == 0) return NULL;
  }
  const char *sequence = color_sequence(name, colors);
  if (sequence != NULL) return sequence;
  if (strcmp(name, "op") == 0) return "\033[39;49m";
  const char *value = tigetstr((char *)name);
  return value == (char *)-1 ? NULL : value;
}

static int number_of(const char *name, int colors) {
  if (strcmp(name, "colors") == 0) return colors;
  if (strcmp(name, "pairs") == 0) return 0x10000;
  if (strcmp(name, "ncv") == 0) return -1;
  const int value = tigetnum((char *)name);
  return value < 0 ? -1 : value;
}

static bool flag_of(const char *name) { return strcmp(name, "ccc") != 0 && tigetflag((char *)name) == 1; }

static int count(NCURSES_CONST char *const *names) {
  int number = 0;
  while (names[number] != NULL) number++;
  return number;
}

/// Offsets of the strings, then the strings.
static void put_strings(compiled *entry, int colors) {
  const int strings = count(strnames);
  int offset = 0;
  for (int index = 0; index < strings; index++) {
    const char *value = string_of(strnames[index], colors);
    put_short(entry, value == NULL ? -1 : offset);
    if (value != NULL) offset += (int)strlen(value) + 1;
  }
  for (int index = 0; index < strings; index++) {
    const char *value = string_of(strnames[index], colors);
    if (value != NULL) put_text(entry, value);
  }
}

static int bytes_of_strings(int colors) {
  int bytes = 0;
  for (int index = 0; strnames[index] != NULL; index++) {
    const char *value = string_of(strnames[index], colors);
    if (value != NULL) bytes += (int)strlen(value) + 1;
  }
  return bytes;
}

/// Capabilities beyond the standard table: arrows and their like with Shift, Ctrl and Alt, the form of mouse reports, and RGB.
enum { key_kinds = 10, key_variants = 7, most_extended = key_kinds * key_variants + 2 };

static int extended_strings(char names[most_extended][8], const char *values[most_extended]) {
  static const char *const kinds[key_kinds] = {"DC", "DN", "END", "HOM", "IC", "LFT", "NXT", "PRV", "RIT", "UP"};
  static const char *const variants[key_variants] = {"", "3", "4", "5", "6", "7", "8"};
  int number = 0;
  for (int index = 0; index < most_extended; index++) {
    const int kind = index / key_variants;
    if (kind < key_kinds) {
      snprintf(names[number], sizeof names[number], "k%s%s", kinds[kind], variants[index % key_variants]);
    } else {
      snprintf(names[number], sizeof names[number], "%s", index % 2 == 0 ? "XM" : "xm");
    }
    const char *value = tigetstr(names[number]);
    if (value != NULL && value != (char *)-1) values[number++] = value;
  }
  return number;
}

static void put_extended(compiled *entry, bool is_direct) {
  char names[most_extended][8];
  const char *values[most_extended];
  const int strings = extended_strings(names, values);
  const int flags = is_direct ? 1 : 0;
  int bytes = 0, names_bytes = is_direct ? (int)sizeof "RGB" : 0;
  for (int index = 0; index < strings; index++) {
    bytes += (int)strlen(values[index]) + 1;
    names_bytes += (int)strlen(names[index]) + 1;
  }
  put_padding(entry);
  put_short(entry, flags);
  put_short(entry, 0);
  put_short(entry, strings);
  put_short(entry, flags + 2 * strings);
  put_short(entry, bytes + names_bytes);
  if (is_direct) put_byte(entry, 1);
  put_padding(entry);
  int offset = 0;
  for (int index = 0; index < strings; index++) {
    put_short(entry, offset);
    offset += (int)strlen(values[index]) + 1;
  }
  // The names have offsets of their own, from the end of the values on.
  offset = 0;
  if (is_direct) {
    put_short(entry, offset);
    offset += (int)sizeof "RGB";
  }
  for (int index = 0; index < strings; index++) {
    put_short(entry, offset);
    offset += (int)strlen(names[index]) + 1;
  }
  for (int index = 0; index < strings; index++) put_text(entry, values[index]);
  if (is_direct) put_text(entry, "RGB");
  for (int index = 0; index < strings; index++) put_text(entry, names[index]);
}

static void put_description(compiled *entry, const char *type, int colors) {
  const int flags = count(boolnames), numbers = count(numnames);
  put_short(entry, 01036);
  put_short(entry, (int)strlen(type) + 1);
  put_short(entry, flags);
  put_short(entry, numbers);
  put_short(entry, count(strnames));
  put_short(entry, bytes_of_strings(colors));
  put_text(entry, type);
  for (int index = 0; index < flags; index++) put_byte(entry, flag_of(boolnames[index]));
  put_padding(entry);
  for (int index = 0; index < numbers; index++) put_number(entry, number_of(numnames[index], colors));
  put_strings(entry, colors);
  put_extended(entry, colors > 256);
}

/// Opens the screen with a description that curses reads from TERMINFO, where it may stand itself in hexadecimal digits.
static SCREEN *screen_described(const compiled *entry, const char *type) {
  char *text = malloc(2 * entry->length + sizeof "hex:");
  if (text == NULL) return NULL;
  char *end = text + sprintf(text, "hex:");
  for (size_t index = 0; index < entry->length; index++) end += sprintf(end, "%02X", entry->bytes[index]);
  const char *place = getenv("TERMINFO");
  char *former = place == NULL ? NULL : strdup(place);
  setenv("TERMINFO", text, 1);
  SCREEN *screen = newterm((char *)type, stdout, stdin);
  if (former == NULL) {
    unsetenv("TERMINFO");
  } else {
    setenv("TERMINFO", former, 1);
  }
  free(former);
  free(text);
  return screen;
}

SCREEN *screen_with_colors(int32_t colors, bool is_chosen) {
  const char *type = getenv("TERM");
  int error;
  if (colors <= 0 || type == NULL || setupterm((char *)type, STDOUT_FILENO, &error) != OK) return newterm(NULL, stdout, stdin);
  SCREEN *screen = NULL;
  const int known = tigetnum("colors");
  compiled *entry = known != colors && (is_chosen || known >= 8) ? calloc(1, sizeof *entry) : NULL;
  if (entry != NULL) put_description(entry, type, colors);
  TERMINAL *plain = cur_term;
  if (entry != NULL && !entry->overflows) screen = screen_described(entry, type);
  free(entry);
  if (screen == NULL) return newterm(NULL, stdout, stdin);
  TERMINAL *described = set_curterm(plain);
  del_curterm(plain);
  set_curterm(described);
  return screen;
}
