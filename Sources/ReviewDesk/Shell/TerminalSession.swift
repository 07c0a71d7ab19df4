import CTerminal
import Foundation
import TerminalUI

/// Why the screen could not be taken.
public enum TerminalError: Error, Equatable, CustomStringConvertible {
  /// Standard input or output is no terminal.
  case notATerminal
  /// TERM is empty or names nothing known here.
  case unknownTerminal(String)
  /// The terminal cannot place its cursor.
  case tooSimple(String)
  /// The system gave no pipe.
  case noResources

  /// One line for a person.
  public var description: String {
    switch self {
    case .notATerminal: "standard input and output must be a terminal; `einthoven render` draws a screen into a pipe"
    case .unknownTerminal(""): "TERM is not set; expected the name of a terminal, such as xterm-256color"
    case .unknownTerminal(let name): "the terminal '\(name)' (TERM) is unknown here; expected one that terminfo has, such as xterm-256color"
    case .tooSimple(let name): "the terminal '\(name)' (TERM) cannot place its cursor; expected one that can, such as xterm-256color"
    case .noResources: "the system has no file descriptor left for the terminal"
    }
  }
}

/// What wakes the screen.
public enum TerminalEvent<Message: Sendable>: Sendable {
  /// A key, alone or with Ctrl or Alt.
  case key(KeyStroke)
  /// The mouse did something, where its reports were asked for.
  case mouse(MouseEvent)
  /// Text that was pasted; it has never been keys.
  case paste(String)
  /// The window has, or has had for a moment, another size.
  case resized(Size)
  /// A message from another thread.
  case message(Message)
  /// The program was stopped and goes on; all is repainted.
  case resumed(Size)
  /// A signal asks the program to end: SIGTERM, SIGHUP, SIGINT or SIGQUIT. Exit with 128 + its number once the terminal is closed.
  case terminated(signal: Int32)
  /// The other end of the terminal is gone.
  case hangup
}

/// What the loop does after an event.
public enum LoopDecision: Sendable {
  /// Nothing on the screen has changed.
  case unchanged
  /// Draw a frame once the events that arrived together are handled.
  case redraw
  /// Leave the loop.
  case stop
}

/// The terminal while the program has it.
///
/// It is given back by ``close()``, when the session ends, and when the program crashes.
@MainActor
public final class TerminalSession {
  /// Columns and rows of the window.
  public private(set) var size: Size
  /// The colours it shows.
  public let colorDepth: ColorDepth
  /// The characters it draws, by its locale.
  public let glyphs: GlyphSet

  private var decoder = InputDecoder()
  private var cells: [terminal_cell] = []
  private var templates: (theme: String, cells: [Style: terminal_cell]) = ("", [:])
  private var isOpen = true
  private let openedAt = ContinuousClock.now

  /// Takes the screen.
  ///
  /// - Parameters:
  ///   - logFile: Where file descriptor 2 goes meanwhile; nowhere if nil.
  ///   - chosenGlyphs: Characters to draw with; nil goes by the locale. One that is not UTF-8 shows ASCII whatever was chosen.
  ///   - chosenColors: Colours to draw with, whatever the terminal is said to show; nil goes by NO_COLOR, COLORTERM and terminfo.
  /// - Throws: ``TerminalError``, before anything is written to the terminal.
  public init(
    logFile: String? = nil, glyphs chosenGlyphs: GlyphSet? = nil, colors chosenColors: ColorDepth? = nil
  ) throws(TerminalError) {
    let wanted = chosenColors ?? ColorDepth.asked(by: ProcessInfo.processInfo.environment)
    // The runtime's own crash handler asks questions on the terminal; it runs only where somebody has set it up.
    let keepsHandlers = !Self.environment("SWIFT_BACKTRACE").isEmpty
    var capabilities = terminal_capabilities()
    switch terminal_open(logFile, Self.number(of: wanted), chosenColors != nil, keepsHandlers, &capabilities) {
    case terminal_ok: break
    case terminal_not_a_terminal: throw .notATerminal
    case terminal_unknown_type: throw .unknownTerminal(Self.environment("TERM"))
    case terminal_too_simple: throw .tooSimple(Self.environment("TERM"))
    default: throw .noResources
    }
    colorDepth =
      switch capabilities.colors {
      case let count where count >= 1 << 24: .trueColor
      case 256...: .indexed256
      case 8...: .ansi16
      default: .none
      }
    let automatic = GlyphSet.automatic(isUTF8: capabilities.utf8, terminalType: Self.environment("TERM"))
    glyphs = capabilities.utf8 ? chosenGlyphs ?? automatic : .ascii
    size = Self.windowSize()
  }

  deinit { terminal_close(TERMINAL_GOES_ON) }

  /// Gives the terminal back; harmless when that is done already.
  ///
  /// - Parameter status: What the program is about to end with: a signal that asks it to end from now on ends it so at once.
  public func close(endingWith status: Int32? = nil) {
    isOpen = false
    terminal_close(status ?? TERMINAL_GOES_ON)
  }

  /// Shows a screen; only what changed is sent.
  public func show(_ grid: Grid, theme: Theme) {
    guard isOpen else { return }
    // Filled as a local: each access to a property of an object is checked, and there are two for every cell.
    var cells: [terminal_cell] = []
    swap(&cells, &self.cells)
    cells.removeAll(keepingCapacity: true)
    var style: Style?
    var template = terminal_cell()
    for cell in grid.drawn(with: glyphs).cells {
      // Neighbours mostly share their style.
      if cell.style != style {
        style = cell.style
        template = self.template(of: cell.style, theme)
      }
      template.scalar = cell.isContinuation ? 0 : cell.scalar.value
      template.marks = cell.markValues
      cells.append(template)
    }
    terminal_show(cells, Int32(grid.columns), Int32(grid.rows))
    swap(&cells, &self.cells)
  }

  /// A cell that looks like a style; the nearest colours are worked out once.
  private func template(of style: Style, _ theme: Theme) -> terminal_cell {
    if templates.theme != theme.name { templates = (theme.name, [:]) }
    if let known = templates.cells[style] { return known }
    let appearance = theme.appearance(of: style, depth: colorDepth)
    let template = terminal_cell(
      scalar: 0x20,
      marks: (0, 0),
      foreground: number(of: appearance.foreground),
      background: number(of: appearance.background),
      attributes: UInt32(appearance.attributes.rawValue)
    )
    templates.cells[style] = template
    return template
  }

  /// Asks for reports of the mouse, or for none, as it is at first: while there are any, the terminal selects no text.
  public func reportMouse(_ isWanted: Bool) { terminal_mouse(isWanted) }

  /// Sounds the bell.
  public func beep() { terminal_beep() }

  /// Makes the next ``show(_:theme:)`` send everything.
  public func repaint() { terminal_forget() }

  /// Stops the program as Ctrl-Z does, with the terminal as it was, and returns when it goes on.
  ///
  /// Draw a frame afterwards.
  public func suspend() {
    guard isOpen else { return }
    terminal_suspend()
    size = Self.windowSize()
  }

  /// Handles events until one of them stops the loop, and draws at most one frame for all that arrived together.
  ///
  /// - Parameters:
  ///   - mailbox: Whose messages become events.
  ///   - draw: Draws a frame; called once at the start, then when an event asked for it.
  ///   - handle: Handles one event.
  public func run<Message: Sendable>(
    mailbox: Mailbox<Message>,
    draw: () -> Void,
    handle: (TerminalEvent<Message>) -> LoopDecision
  ) {
    draw()
    while isOpen {
      let reasons = terminal_wait(mailbox.descriptor, decoder.patienceMilliseconds.map { Int32($0) } ?? -1)
      var needsFrame = false
      func goesOn(after events: [TerminalEvent<Message>]) -> Bool {
        for event in events {
          switch handle(event) {
          case .unchanged: break
          case .redraw: needsFrame = true
          case .stop: return false
          }
          if case .hangup = event { return false }
        }
        return true
      }
      guard goesOn(after: events(reasons: reasons, mailbox: mailbox)) else { return }
      // Keys struck while that was done were meant for what is on the screen still, and not for what the next frame shows.
      guard goesOn(after: keyboardEvents(reasons: Int32(terminal_woken_by_input))) else { return }
      if needsFrame { draw() }
    }
  }

  /// What has arrived, signals first: a new size counts for the keys that follow.
  private func events<Message>(reasons: Int32, mailbox: Mailbox<Message>) -> [TerminalEvent<Message>] {
    var events: [TerminalEvent<Message>] = takeSignals().map(event(of:))
    let keys: [TerminalEvent<Message>] = keyboardEvents(reasons: reasons)
    events += keys
    if keys.isEmpty, reasons & Int32(terminal_woken_by_hangup) != 0 { events.append(.hangup) }
    return events + mailbox.takeAll().map { .message($0) }
  }

  /// What has come from the keyboard and the mouse.
  private func keyboardEvents<Message>(reasons: Int32) -> [TerminalEvent<Message>] {
    inputs(reasons: reasons).map { input in
      switch input {
      case .key(let stroke): .key(stroke)
      case .mouse(let event): .mouse(event)
      case .paste(let text): .paste(text)
      }
    }
  }

  /// The signals that have arrived, each once however often it was sent.
  private func takeSignals() -> [Int32] {
    var signals: [Int32] = []
    while true {
      let signal = terminal_next_signal()
      if signal == 0 { return signals }
      if !signals.contains(signal) { signals.append(signal) }
    }
  }

  private func event<Message>(of signal: Int32) -> TerminalEvent<Message> {
    switch signal {
    case SIGWINCH:
      size = Self.windowSize()
      // Terminals wrap or clear lines in their own ways, and a size may be back at what it was.
      terminal_forget()
      return .resized(size)
    case SIGTSTP:
      suspend()
      return .resumed(size)
    case SIGCONT:
      terminal_retake()
      size = Self.windowSize()
      return .resumed(size)
    default:
      return .terminated(signal: signal)
    }
  }

  private func inputs(reasons: Int32) -> [InputDecoder.Input] {
    var arrived: [RawInput] = []
    var raw = terminal_input()
    while terminal_next_input(&raw) {
      if let input = Self.input(of: raw) { arrived.append(input) }
    }
    if arrived.isEmpty { return reasons == 0 ? decoder.giveUp() : [] }
    return decoder.decode(arrived, at: (ContinuousClock.now - openedAt) / .seconds(1))
  }

  private static func input(of raw: terminal_input) -> RawInput? {
    switch UInt32(bitPattern: raw.kind) {
    case terminal_input_character.rawValue: .character(raw.value)
    case terminal_input_paste_start.rawValue: .pasteStart
    case terminal_input_paste_end.rawValue: .pasteEnd
    default: key(numbered: raw.value).map { .key($0) }
    }
  }

  private static func key(numbered number: UInt32) -> KeyStroke.Key? {
    switch number {
    case terminal_key_enter.rawValue: .enter
    case terminal_key_shift_tab.rawValue: .shiftTab
    case terminal_key_left.rawValue: .left
    case terminal_key_right.rawValue: .right
    case terminal_key_up.rawValue: .up
    case terminal_key_down.rawValue: .down
    case terminal_key_page_up.rawValue: .pageUp
    case terminal_key_page_down.rawValue: .pageDown
    case terminal_key_home.rawValue: .home
    case terminal_key_end.rawValue: .end
    case terminal_key_insert.rawValue: .insert
    case terminal_key_backspace.rawValue: .backspace
    case terminal_key_delete.rawValue: .delete
    case terminal_key_function.rawValue + 1...terminal_key_function.rawValue + 24:
      .function(Int(number - terminal_key_function.rawValue))
    default: nil
    }
  }

  /// The number of a colour in the terminal's palette.
  private func number(of color: Color?) -> Int32 {
    guard let color else { return TERMINAL_DEFAULT_COLOR }
    switch colorDepth {
    case .none: return TERMINAL_DEFAULT_COLOR
    case .ansi16: return color.ansi16.map { Int32($0) } ?? TERMINAL_DEFAULT_COLOR
    case .indexed256: return Int32(color.indexed256)
    // Below 8 the numbers are still those of the eight colours.
    case .trueColor: return max(8, Int32(color.red) << 16 | Int32(color.green) << 8 | Int32(color.blue))
    }
  }

  /// How many colours to ask curses for.
  private static func number(of depth: ColorDepth?) -> Int32 {
    switch depth {
    case nil: TERMINAL_KNOWN_COLORS
    case .some(.none): 0
    case .ansi16: 16
    case .indexed256: 256
    case .trueColor: 1 << 24
    }
  }

  private static func windowSize() -> Size {
    var columns: Int32 = 0
    var rows: Int32 = 0
    terminal_size(&columns, &rows)
    return Size(columns: Int(columns), rows: Int(rows))
  }

  private static func environment(_ name: String) -> String { getenv(name).map { String(cString: $0) } ?? "" }
}
