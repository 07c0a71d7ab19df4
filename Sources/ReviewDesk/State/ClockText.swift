import Foundation

/// Times as the screen writes them.
enum ClockText {
  /// The local time of day: `12:31:07`.
  static func timeOfDay(_ date: Date) -> String {
    let parts = Calendar(identifier: .gregorian).dateComponents(in: .current, from: date)
    func two(_ value: Int?) -> String {
      let value = value ?? 0
      return value < 10 ? "0\(value)" : "\(value)"
    }
    return "\(two(parts.hour)):\(two(parts.minute)):\(two(parts.second))"
  }
}
