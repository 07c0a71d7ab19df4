/// Writes a drawing as SVG 1.1, element by element, in the order in which they are added.
///
/// Text from anywhere may go in: it is escaped here, and what XML cannot hold is replaced.
public struct SVG: Sendable {
  private var body: [String] = []
  private let opening: String

  /// An attribute of an element.
  public typealias Attribute = (name: String, value: String)

  /// An empty drawing.
  ///
  /// - Parameters:
  ///   - width: Its width with a unit, `297mm`, or without, in pixels; so is `height`.
  ///   - attributes: Further ones of the whole: `viewBox`, fonts.
  ///   - title: What it shows.
  public init(width: String, height: String, attributes: [Attribute] = [], title: String) {
    let all = [("xmlns", "http://www.w3.org/2000/svg"), ("width", width), ("height", height)] + attributes
    opening = "<svg\(Self.text(of: all))>"
    if !title.isEmpty { add("title", text: title) }
  }

  /// Adds an element without content.
  public mutating func add(_ name: String, _ attributes: [Attribute] = []) { body.append("<\(name)\(Self.text(of: attributes))/>") }

  /// Adds an element that holds text.
  public mutating func add(_ name: String, _ attributes: [Attribute] = [], text: String) {
    body.append("<\(name)\(Self.text(of: attributes))>\(Self.escaped(text))</\(name)>")
  }

  /// Adds an element that holds others.
  public mutating func group(_ name: String = "g", _ attributes: [Attribute] = [], _ content: (inout SVG) -> Void) {
    body.append("<\(name)\(Self.text(of: attributes))>")
    content(&self)
    body.append("</\(name)>")
  }

  /// The whole document, a line an element.
  public var text: String { ([opening] + body + ["</svg>"]).joined(separator: "\n") + "\n" }

  private static func text(of attributes: [Attribute]) -> String {
    attributes.reduce(into: "") { $0 += " \($1.name)=\"\(escaped($1.value))\"" }
  }

  /// A length with so many digits behind the point, and none where they are all zeros.
  public static func number(_ value: Double, digits: Int = 2) -> String {
    guard value.isFinite, abs(value) < 1e12 else { return "0" }
    let scale = (0..<digits).reduce(1) { product, _ in product * 10 }
    let whole = Int((value * Double(scale)).rounded())
    let fraction = String(abs(whole) % scale)
    let point = abs(whole) % scale == 0 ? "" : "." + String(repeating: "0", count: digits - fraction.count) + fraction
    return (whole < 0 ? "-" : "") + "\(abs(whole) / scale)" + point
  }

  /// Text as XML 1.0 holds it; characters that it cannot hold become U+FFFD.
  public static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case _ where scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) || scalar.value & 0xFFFE == 0xFFFE: result += "\u{FFFD}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
