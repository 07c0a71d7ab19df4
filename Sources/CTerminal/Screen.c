// Output: opening, closing, sizes, cells.

#include "Internal.h"
#include "Colors.h"
#include <curses.h>
#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

static SCREEN *screen;
static bool has_color;
static bool has_utf8;
static char *log_file;
static cchar_t *row_buffer;
static terminal_cell *mixed_row;
static int row_capacity;
/// The screen as it was shown last; of no columns where that is not known.
static terminal_cell *shown;
static int shown_columns, shown_rows;
static bool closes_at_exit;
static bool reports_mouse;

/// Braille is drawn only where the locale says UTF-8. A locale that is not installed here, as comes over ssh, counts by its name.
static bool locale_is_utf8(void) {
  if (setlocale(LC_CTYPE, "") == NULL) {
    const char *const names[] = {getenv("LC_ALL"), getenv("LC_CTYPE"), getenv("LANG")};
    for (size_t index = 0; index < sizeof names / sizeof *names; index++) {
      if (names[index] == NULL || names[index][0] == 0) continue;
      if (strcasestr(names[index], "utf-8") != NULL || strcasestr(names[index], "utf8") != NULL) setlocale(LC_CTYPE, "C.UTF-8");
      break;
    }
  }
  return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

static void append_capability(char *text, size_t capacity, const char *name) {
  const char *value = tigetstr((char *)name);
  if (value == NULL || value == (char *)-1) return;
  if (strlen(text) + strlen(value) < capacity) strcat(text, value);
}

static void send_text(const char *text) { (void)!write(STDOUT_FILENO, text, strlen(text)); }

static void forget_shown(void) {
  free(shown);
  shown = NULL;
  shown_columns = shown_rows = 0;
}

/// Leaves the screen to the shell; where there is no second buffer to go back to, nothing of it stays to be read.
static void leave_screen(void) {
  const char *second_buffer = tigetstr("rmcup");
  if (second_buffer == NULL || second_buffer == (char *)-1) {
    erase();
    refresh();
  }
  send_text(MOUSE_OFF PASTE_OFF);
  endwin();
}

static void set_modes(void) {
  raw();
  noecho();
  nonl();
  keypad(stdscr, TRUE);
  nodelay(stdscr, TRUE);
  meta(stdscr, TRUE);
  set_escdelay(TERMINAL_ESCAPE_DELAY);
  curs_set(0);
  leaveok(stdscr, TRUE);
}

static void close_at_exit(void) { terminal_close(TERMINAL_GOES_ON); }

terminal_status terminal_open(
    const char *log_path, int32_t colors, bool are_colors_chosen, bool keep_crash_handlers, terminal_capabilities *capabilities) {
  if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) return terminal_not_a_terminal;
  has_utf8 = locale_is_utf8();
  modes_remember();
  if (!signals_install(keep_crash_handlers)) return terminal_no_resources;
  // Not initscr, which prints and exits where TERM is unknown.
  screen = screen_with_colors(colors, are_colors_chosen);
  if (screen == NULL) {
    signals_remove(TERMINAL_GOES_ON);
    return terminal_unknown_type;
  }
  const char *cursor_address = tigetstr("cup");
  if (cursor_address == NULL || cursor_address == (char *)-1) {
    // Nothing has been sent yet, and nothing of this is for a terminal that would print it.
    modes_restore();
    signals_remove(TERMINAL_GOES_ON);
    delscreen(screen);
    screen = NULL;
    return terminal_too_simple;
  }
  char restore[256] = MOUSE_OFF PASTE_OFF;
  const char *const names[] = {"sgr0", "rmkx", "cnorm", "rmcup"};
  for (size_t index = 0; index < sizeof names / sizeof *names; index++) append_capability(restore, sizeof restore, names[index]);
  signals_restore_with(restore);
  set_modes();
  has_color = colors != 0 && has_colors() && start_color() == OK;
  if (has_color) use_default_colors();
  keyboard_define_sequences();
  send_text(PASTE_ON);
  if (!closes_at_exit) closes_at_exit = atexit(close_at_exit) == 0;
  log_file = log_path == NULL ? NULL : strdup(log_path);
  standard_error_to_log(log_file);
  capabilities->colors = has_color ? COLORS : 0;
  capabilities->utf8 = has_utf8;
  return terminal_ok;
}

void terminal_close(int32_t exit_status) {
  if (screen == NULL) return;
  leave_screen();
  modes_restore();
  signals_remove(exit_status);
  standard_error_restore();
  delscreen(screen);
  screen = NULL;
  free(log_file);
  log_file = NULL;
  free(row_buffer);
  row_buffer = NULL;
  free(mixed_row);
  mixed_row = NULL;
  row_capacity = 0;
  forget_shown();
}

void terminal_size(int32_t *columns, int32_t *rows) {
  struct winsize window;
  *columns = 0;
  *rows = 0;
  if (screen == NULL) return;
  bool is_known = ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) == 0 && window.ws_row > 0 && window.ws_col > 0;
  // Not resizeterm, which pushes KEY_RESIZE: a loop that drains the keyboard would never end.
  if (is_known && is_term_resized(window.ws_row, window.ws_col)) {
    resize_term(window.ws_row, window.ws_col);
    forget_shown();
  }
  int height, width;
  getmaxyx(stdscr, height, width);
  *columns = width;
  *rows = height;
}

static attr_t curses_attributes(uint32_t attributes) {
  return ((attributes & 1) ? A_BOLD : 0) | ((attributes & 2) ? A_DIM : 0) | ((attributes & 4) ? A_REVERSE : 0) |
         ((attributes & 8) ? A_UNDERLINE : 0);
}

/// The scalar of a cell that belongs to the wide character before it.
enum { CONTINUATION = 0 };

/// The wide character of a cell; what the locale gives not as many columns as it has cells cannot move the cells after it.
static wchar_t character_of(uint32_t scalar, int columns) {
  if (scalar >= 0x20 && scalar < 0x7F) return (wchar_t)scalar;
  if (!has_utf8) return L'?';
  return wcwidth((wchar_t)scalar) == columns ? (wchar_t)scalar : 0xFFFD;
}

/// The character of a cell with the marks over it, those that the locale draws over others; returns whether it takes two columns.
static bool text_of(const terminal_cell *cell, bool is_wide, wchar_t text[4]) {
  int length = 0;
  text[length++] = character_of(cell->scalar, is_wide ? 2 : 1);
  const bool is_drawn = text[0] == (wchar_t)cell->scalar;
  for (int index = 0; is_drawn && has_utf8 && index < 2; index++) {
    const uint32_t mark = cell->marks[index];
    if (mark != 0 && wcwidth((wchar_t)mark) == 0) text[length++] = (wchar_t)mark;
  }
  text[length] = 0;
  return is_wide && is_drawn;
}

/// The pair of two colours, with the eight bright ones as bold where a terminal has only eight.
static int pair_of(int foreground, int background, attr_t *attributes) {
  if (!has_color) return 0;
  if (foreground >= COLORS) {
    if (foreground >= 8) *attributes |= A_BOLD;
    foreground &= 7;
  }
  if (background >= COLORS) background &= 7;
  if (foreground < 0 && background < 0) return 0;
  int pair = alloc_pair(foreground, background);
  return pair > 0 ? pair : 0;
}

static bool reserve_row(int columns) {
  if (columns <= row_capacity) return true;
  cchar_t *larger = realloc(row_buffer, (size_t)columns * sizeof *larger);
  if (larger == NULL) return false;
  row_buffer = larger;
  terminal_cell *larger_mixed = realloc(mixed_row, (size_t)columns * sizeof *larger_mixed);
  if (larger_mixed == NULL) return false;
  mixed_row = larger_mixed;
  row_capacity = columns;
  return true;
}

static bool is_same(const terminal_cell *one, const terminal_cell *other) { return memcmp(one, other, sizeof *one) == 0; }

/// Gives curses the cells of a row, from the first to the last that is not what it has already; all of them where `old` is NULL.
static void put_row(int row, const terminal_cell *cells, const terminal_cell *old, int columns) {
  terminal_cell last = {.foreground = -2, .background = -2};
  attr_t attributes = 0;
  int pair = 0, start = 0, end = columns;
  if (old != NULL) {
    while (start < end && is_same(&cells[start], &old[start])) start++;
    while (end > start && is_same(&cells[end - 1], &old[end - 1])) end--;
    if (start == end) return;
    // Half of a wide character is none.
    if (start > 0 && (cells[start].scalar == CONTINUATION || old[start].scalar == CONTINUATION)) start--;
    if (end < columns && (cells[end].scalar == CONTINUATION || old[end].scalar == CONTINUATION)) end++;
  }
  int count = 0;
  bool was_wide = false;
  for (int column = start; column < end; column++) {
    const terminal_cell cell = cells[column];
    // curses itself fills the second column of a character that takes two.
    if (cell.scalar == CONTINUATION && was_wide) {
      was_wide = false;
      continue;
    }
    if (cell.foreground != last.foreground || cell.background != last.background || cell.attributes != last.attributes) {
      attributes = curses_attributes(cell.attributes);
      pair = pair_of(cell.foreground, cell.background, &attributes);
      last = cell;
    }
    wchar_t text[4];
    was_wide = text_of(&cell, column + 1 < end && cells[column + 1].scalar == CONTINUATION, text);
    // The last argument carries pairs beyond the range of short.
    setcchar(&row_buffer[count++], text, attributes, 0, &pair);
  }
  mvadd_wchnstr(row, start, row_buffer, count);
}

/// Shows first what became blank. Both steps then stay in one style from row to row, where each row would change it twice: a caret that moves
/// by a column costs a third of the bytes.
static void show_blanks(const terminal_cell *cells, int columns, int rows) {
  bool has_changed = false;
  for (int row = 0; row < rows; row++) {
    const terminal_cell *const wanted = cells + (size_t)row * (size_t)columns, *const old = shown + (size_t)row * (size_t)columns;
    bool has_new_blank = false;
    for (int column = 0; column < columns; column++) {
      const bool is_blank = wanted[column].scalar == ' ';
      has_new_blank |= is_blank && old[column].scalar != ' ';
      mixed_row[column] = is_blank ? wanted[column] : old[column];
    }
    for (int column = 0; column < columns; column++) {
      // Of a wide character that loses one half the other goes too.
      const bool lost_first = mixed_row[column].scalar == CONTINUATION && (column == 0 || wanted[column - 1].scalar == ' ');
      const bool lost_second = column + 1 < columns && old[column + 1].scalar == CONTINUATION && mixed_row[column + 1].scalar == ' ';
      if (lost_first || lost_second) mixed_row[column].scalar = ' ';
    }
    if (has_new_blank) put_row(row, mixed_row, old, columns);
    has_changed |= has_new_blank;
  }
  if (has_changed) refresh();
}

/// Keeps what is shown, to compare the next screen with.
static void remember(const terminal_cell *cells, int columns, int rows) {
  const size_t count = (size_t)columns * (size_t)rows;
  if (columns != shown_columns || rows != shown_rows) {
    forget_shown();
    shown = malloc(count * sizeof *shown);
    if (shown == NULL) return;
    shown_columns = columns;
    shown_rows = rows;
  }
  memcpy(shown, cells, count * sizeof *shown);
}

void terminal_show(const terminal_cell *cells, int32_t columns, int32_t rows) {
  if (screen == NULL || columns <= 0 || rows <= 0 || !reserve_row(columns)) return;
  int height, width;
  getmaxyx(stdscr, height, width);
  const bool is_whole = columns == width && rows == height;
  const bool is_known = is_whole && columns == shown_columns && rows == shown_rows;
  if (is_known) show_blanks(cells, columns, rows);
  if (!is_whole) erase();
  for (int row = 0; row < rows && row < height; row++) {
    const size_t start = (size_t)row * (size_t)columns;
    put_row(row, cells + start, is_known ? shown + start : NULL, columns < width ? columns : width);
  }
  refresh();
  if (is_whole) {
    remember(cells, columns, rows);
  } else {
    forget_shown();
  }
}

void terminal_forget(void) {
  if (screen == NULL) return;
  clearok(curscr, TRUE);
  forget_shown();
}

void terminal_mouse(bool is_wanted) {
  reports_mouse = is_wanted;
  if (screen != NULL) send_text(is_wanted ? MOUSE_ON : MOUSE_OFF);
}

void terminal_beep(void) {
  if (screen != NULL) beep();
}

void terminal_retake(void) {
  if (screen == NULL) return;
  // endwin first: curses then believes that it has to enter the alternate screen and its modes again.
  endwin();
  send_text(PASTE_ON);
  if (reports_mouse) send_text(MOUSE_ON);
  clearok(curscr, TRUE);
  forget_shown();
  refresh();
  curs_set(0);
}

void terminal_suspend(void) {
  if (screen == NULL) return;
  leave_screen();
  standard_error_restore();
  signals_stop_job();
  standard_error_to_log(log_file);
  terminal_retake();
}
