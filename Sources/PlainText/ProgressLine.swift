/// The text of a progress bar: `predict [#####....] 512/1608  251.0/s  5 s left`.
public enum ProgressLine {
  /// The share that is done, the rate since the start, and the time that the rest will take at that rate.
  ///
  /// - Parameters:
  ///   - seconds: time since the start.
  ///   - width: characters between the brackets.
  public static func text(_ label: String, done: Int, total: Int, seconds: Double, width: Int = 30) -> String {
    let share = total > 0 ? Double(done) / Double(total) : 1
    let filled = max(0, min(width, Int(share * Double(width))))
    let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: width - filled)
    let rate = seconds > 0 ? Double(done) / seconds : 0
    let left = rate > 0 ? timeText(seconds: (Double(total - done) / rate).rounded(.up)) + " left" : "time left unknown"
    let tenths = Int((min(rate, 1e9) * 10).rounded())
    return "\(label) [\(bar)] \(done)/\(total)  \(tenths / 10).\(tenths % 10)/s  \(left)"
  }

  /// `45 s`, `3 min 20 s`, `2 h 05 min`.
  static func timeText(seconds: Double) -> String {
    let whole = Int(max(0, min(seconds, 1e9)))
    func twoDigits(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
    switch whole {
    case ..<60: return "\(whole) s"
    case ..<3600: return "\(whole / 60) min \(twoDigits(whole % 60)) s"
    default: return "\(whole / 3600) h \(twoDigits(whole / 60 % 60)) min"
    }
  }
}
