import Agreement
import ArgumentParser
import LabelReview

/// How many cases of each kind: `fp=50,fn=50`.
struct SampleSizes: ExpressibleByArgument {
  let counts: [Outcome: Int]

  init?(argument: String) {
    var counts: [Outcome: Int] = [:]
    for part in argument.split(separator: ",") {
      let sides = part.split(separator: "=", omittingEmptySubsequences: false)
      guard sides.count == 2, let outcome = Outcome(rawValue: sides[0].lowercased()), let count = Int(sides[1]),
        (0...1_000_000).contains(count),
        counts.updateValue(count, forKey: outcome) == nil
      else { return nil }
    }
    guard counts.values.contains(where: { $0 > 0 }) else { return nil }
    self.counts = counts
  }
}

/// A share: `10%` or `0.1`.
struct Fraction: ExpressibleByArgument {
  let value: Double

  init(_ value: Double) { self.value = value }

  init?(argument: String) {
    let isPercent = argument.hasSuffix("%")
    guard let number = Double(isPercent ? String(argument.dropLast()) : argument), number.isFinite, number >= 0 else { return nil }
    value = isPercent ? number / 100 : number
  }

  var defaultValueDescription: String { "\(value)" }
}

/// Parts of the screen by name: `labels,model`, or `none`.
struct BlindParts: ExpressibleByArgument {
  let parts: Visible

  init(_ parts: Visible) { self.parts = parts }

  init?(argument: String) {
    if argument == "none" {
      parts = []
    } else {
      guard let parts = Visible(names: argument.split(separator: ",")), !parts.isEmpty else { return nil }
      self.parts = parts
    }
  }

  var defaultValueDescription: String { parts.names.joined(separator: ",") }
}

/// Three words for the verdicts.
struct VerdictWords: ExpressibleByArgument {
  let names: StudySettings.VerdictNames

  init?(argument: String) {
    let words = argument.split(separator: ",").map { $0.trimmingPrefix(" ") }.map(String.init)
    guard words.count == 3, Set(words).count == 3, words.allSatisfy({ !$0.isEmpty && $0.count <= 24 }) else { return nil }
    names = StudySettings.VerdictNames(present: words[0], absent: words[1], unsure: words[2])
  }
}
