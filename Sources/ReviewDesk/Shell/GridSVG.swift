import PlainText
import TerminalUI

extension Grid {
  /// The screen as a picture in SVG.
  ///
  /// Text stays text, each run stretched to its columns, so that it can be selected and lines up in any font. Braille, frames, bars and shades
  /// are drawn as shapes, so that they look the same without a font that has them.
  public func svg(theme: Theme, title: String = "", glyphs: GlyphSet = .braille) -> String {
    let drawn = drawn(with: glyphs)
    var picture = SVGPicture(theme: theme)
    for row in 0..<rows {
      for column in 0..<columns { picture.add(drawn[column: column, row: row], column: column, row: row) }
      picture.endRow(columns: columns)
    }
    return picture.document(size: size, title: title)
  }
}

/// Gathers the shapes of a screen by colour, and its runs of text.
private struct SVGPicture {
  /// Units across a cell and down; a dot of braille is four by four.
  private static let cellWidth = 8
  private static let cellHeight = 16

  private struct Run {
    var text: String
    var column: Int
    var columns: Int
    var style: Style
  }

  private let theme: Theme
  private var grounds: [[SVG.Attribute]] = []
  private var shapes: [Color: String] = [:]
  private var shades: [Color: [[SVG.Attribute]]] = [:]
  private var colorsInOrder: [Color] = []
  private var texts: [(attributes: [SVG.Attribute], text: String)] = []
  private var run: Run?
  /// The ground of neighbouring cells is one box: between boxes, seams would show.
  private var ground: (color: Color, column: Int)?
  private var spaces = 0
  private var row = 0

  init(theme: Theme) { self.theme = theme }

  mutating func add(_ cell: Cell, column: Int, row: Int) {
    self.row = row
    let look = look(of: cell.style)
    if ground?.color != look.background {
      endGround(before: column)
      ground = look.background == theme.background ? nil : (look.background, column)
    }
    if cell.isContinuation { return }
    let x = column * Self.cellWidth
    let y = row * Self.cellHeight
    if let path = BlockShape.path(of: cell.scalar, x: x, y: y) {
      endRun()
      if !path.isEmpty { addShape(path, color: look.foreground) }
    } else if let opacity = BlockShape.shadeOpacity(of: cell.scalar) {
      endRun()
      let box = Self.box(x: x, y: y, width: Self.cellWidth, height: Self.cellHeight)
      shades[look.foreground, default: []].append([("fill-opacity", "\(opacity)"), ("d", box)])
      remember(look.foreground)
    } else if cell.scalar == " " {
      spaces += 1
      if spaces > 1 || cell.style.attributes.contains(.underline) { endRun() }
    } else {
      addText(cell, column: column)
    }
  }

  mutating func endRow(columns: Int) {
    endRun()
    endGround(before: columns)
  }

  func document(size: Size, title: String) -> String {
    let (width, height) = ("\(size.columns * Self.cellWidth)", "\(size.rows * Self.cellHeight)")
    var svg = SVG(width: width, height: height, attributes: [("viewBox", "0 0 \(width) \(height)")], title: title)
    svg.add("rect", [("width", width), ("height", height), ("fill", theme.background.hexadecimal)])
    for ground in grounds { svg.add("path", ground) }
    for color in colorsInOrder {
      if let paths = shades[color] {
        svg.group("g", [("fill", color.hexadecimal)]) { svg in for path in paths { svg.add("path", path) } }
      }
      if let shape = shapes[color] { svg.add("path", [("fill", color.hexadecimal), ("d", shape)]) }
    }
    let font = "ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace"
    svg.group("g", [("font-family", font), ("font-size", "13"), ("xml:space", "preserve")]) { svg in
      for (attributes, text) in texts { svg.add("text", attributes, text: text) }
    }
    return svg.text
  }

  private func look(of style: Style) -> (foreground: Color, background: Color, attributes: Attributes) {
    let appearance = theme.appearance(of: style, depth: .trueColor)
    let foreground = appearance.foreground ?? theme.foreground
    let background = appearance.background ?? theme.background
    return appearance.attributes.contains(.reverse)
      ? (background, foreground, appearance.attributes) : (foreground, background, appearance.attributes)
  }

  private mutating func addShape(_ path: String, color: Color) {
    shapes[color, default: ""] += path
    remember(color)
  }

  private mutating func remember(_ color: Color) {
    if !colorsInOrder.contains(color) { colorsInOrder.append(color) }
  }

  private mutating func addText(_ cell: Cell, column: Int) {
    let isWide = cell.scalar.cellWidth == .two
    var letters = String.UnicodeScalarView([cell.scalar])
    letters.append(contentsOf: cell.marks)
    if var current = run, current.style == cell.style {
      current.text += String(repeating: " ", count: spaces) + String(letters)
      current.columns = column - current.column + (isWide ? 2 : 1)
      run = current
    } else {
      endRun()
      run = Run(text: String(letters), column: column, columns: isWide ? 2 : 1, style: cell.style)
    }
    spaces = 0
  }

  private mutating func endGround(before column: Int) {
    guard let ground else { return }
    let width = (column - ground.column) * Self.cellWidth
    let box = Self.box(x: ground.column * Self.cellWidth, y: row * Self.cellHeight, width: width, height: Self.cellHeight)
    grounds.append([("fill", ground.color.hexadecimal), ("d", box)])
    self.ground = nil
  }

  private mutating func endRun() {
    defer {
      run = nil
      spaces = 0
    }
    guard let run else { return }
    let look = look(of: run.style)
    var attributes: [SVG.Attribute] = [
      ("x", "\(run.column * Self.cellWidth)"), ("y", "\(row * Self.cellHeight + 12)"),
      ("textLength", "\(run.columns * Self.cellWidth)"), ("lengthAdjust", "spacingAndGlyphs"), ("fill", look.foreground.hexadecimal),
    ]
    if look.attributes.contains(.bold) { attributes.append(("font-weight", "bold")) }
    if look.attributes.contains(.dim) { attributes.append(("opacity", "0.7")) }
    if look.attributes.contains(.underline) { attributes.append(("text-decoration", "underline")) }
    texts.append((attributes, run.text))
  }

  private static func box(x: Int, y: Int, width: Int, height: Int) -> String { "M\(x) \(y)h\(width)v\(height)h-\(width)z" }
}
