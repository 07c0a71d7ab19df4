import TerminalUI

/// The characters that are drawings - braille, frames, bars - as outlines in a cell of 8 x 16 units.
enum BlockShape {
  /// The path data of a character whose cell starts at (x, y); empty of one without strokes, nil of one that is no drawing.
  static func path(of scalar: Unicode.Scalar, x: Int, y: Int) -> String? {
    if let pattern = scalar.braillePattern { return braille(pattern, x: x, y: y) }
    if let arms = frameArms[scalar] { return frame(arms, x: x, y: y) }
    if let boxes = rules[scalar] { return boxes.map { rectangle(x + $0.x, y + $0.y, $0.width, $0.height) }.joined() }
    if let box = blocks[scalar] { return rectangle(x + box.x, y + box.y, box.width, box.height) }
    if let quarters = GlyphSet.quadrantBlocks.firstIndex(of: scalar), quarters > 0 {
      return (0..<4).filter { quarters & 1 << $0 != 0 }.map { rectangle(x + $0 % 2 * 4, y + $0 / 2 * 8, 4, 8) }.joined()
    }
    return nil
  }

  /// How densely a shade covers its cell, nil of a character that is no shade.
  static func shadeOpacity(of scalar: Unicode.Scalar) -> Double? {
    switch scalar {
    case "░": 0.25
    case "▒": 0.5
    case "▓": 0.75
    default: nil
    }
  }

  /// Dots as squares of four units, those above one another joined.
  private static func braille(_ pattern: UInt8, x: Int, y: Int) -> String {
    var path = ""
    for (across, bits) in [[0x01, 0x02, 0x04, 0x40], [0x08, 0x10, 0x20, 0x80]].enumerated() {
      var start: Int?
      for down in 0...4 {
        let isSet = down < 4 && Int(pattern) & bits[down] != 0
        if isSet, start == nil { start = down }
        if !isSet, let top = start {
          path += rectangle(x + across * 4, y + top * 4, 4, (down - top) * 4)
          start = nil
        }
      }
    }
    return path
  }

  private struct Arms: OptionSet {
    let rawValue: Int
    static let left = Arms(rawValue: 1)
    static let right = Arms(rawValue: 2)
    static let up = Arms(rawValue: 4)
    static let down = Arms(rawValue: 8)
  }

  private static let frameArms: [Unicode.Scalar: Arms] = [
    "─": [.left, .right], "│": [.up, .down], "┌": [.right, .down], "┐": [.left, .down], "└": [.right, .up], "┘": [.left, .up],
    "├": [.up, .down, .right], "┤": [.up, .down, .left], "┬": [.left, .right, .down], "┴": [.left, .right, .up],
    "┼": [.left, .right, .up, .down],
  ]

  private static func frame(_ arms: Arms, x: Int, y: Int) -> String {
    var path = ""
    let left = arms.contains(.left) ? 0 : 4
    let right = arms.contains(.right) ? 8 : 5
    let top = arms.contains(.up) ? 0 : 8
    let bottom = arms.contains(.down) ? 16 : 9
    if arms.contains(.left) || arms.contains(.right) { path += rectangle(x + left, y + 8, right - left, 1) }
    if arms.contains(.up) || arms.contains(.down) { path += rectangle(x + 4, y + top, 1, bottom - top) }
    return path
  }

  private struct Box {
    let x: Int
    let y: Int
    let width: Int
    let height: Int
  }

  /// Lines that are heavier, broken or shorter than those of frames: carets, marks of a march, ticks of the axis.
  private static let rules: [Unicode.Scalar: [Box]] = [
    "┃": [Box(x: 3, y: 0, width: 2, height: 16)],
    "━": [Box(x: 0, y: 7, width: 8, height: 2)],
    "╎": [Box(x: 4, y: 1, width: 1, height: 6), Box(x: 4, y: 9, width: 1, height: 6)],
    "╌": [Box(x: 1, y: 8, width: 2, height: 1), Box(x: 5, y: 8, width: 2, height: 1)],
    "═": [Box(x: 0, y: 6, width: 8, height: 1), Box(x: 0, y: 9, width: 8, height: 1)],
    "║": [Box(x: 2, y: 0, width: 1, height: 16), Box(x: 5, y: 0, width: 1, height: 16)],
    "╵": [Box(x: 4, y: 0, width: 1, height: 8)],
  ]

  /// Bars that grow from the left and from below.
  private static let blocks: [Unicode.Scalar: Box] = {
    var boxes: [Unicode.Scalar: Box] = ["█": Box(x: 0, y: 0, width: 8, height: 16)]
    for (index, scalar) in GlyphSet.barEighths.enumerated() { boxes[scalar] = Box(x: 0, y: 0, width: index + 1, height: 16) }
    for (index, scalar) in (["▁", "▂", "▃", "▄", "▅", "▆", "▇"] as [Unicode.Scalar]).enumerated() {
      let height = 2 * (index + 1)
      boxes[scalar] = Box(x: 0, y: 16 - height, width: 8, height: height)
    }
    return boxes
  }()

  private static func rectangle(_ x: Int, _ y: Int, _ width: Int, _ height: Int) -> String { "M\(x) \(y)h\(width)v\(height)h-\(width)z" }
}
