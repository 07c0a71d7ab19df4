import ECG
import ECGSignal
import Files
import Foundation
import PlainText

/// Reads what `measure --format json` wrote.
public enum MeasurementFile {
  /// Four times what measurements of 43,000 records of ten seconds take.
  public static let largestByteCount = 1 << 30

  /// What a line says.
  struct Entry: Sendable {
    var name: String
    var path: String?
    var digest: RecordingDigest?
    var facts: MeasuredFacts
  }

  /// Walks over the entries of a file, in its order, read on all processors; a piece of the file at a time, for an entry takes a hundred times what the
  /// shortest line does.
  ///
  /// - Throws: ``JobError`` naming the file, and the line; what `body` throws.
  static func forEachEntry(_ bytes: [UInt8], path: String, _ body: (Entry) throws -> Void) throws {
    var (start, number, isEmpty) = (0, 0, true)
    while start < bytes.count {
      var piece: [(range: Range<Int>, number: Int)] = []
      while piece.count < linesAtATime, start < bytes.count {
        let end = bytes[start...].firstIndex(of: 10) ?? bytes.count
        number += 1
        if bytes[start..<end].contains(where: { $0 > 0x20 }) { piece.append((start..<end, number)) }
        start = end + 1
      }
      let lines = piece
      let entries = Replicates.stretches(lines.count) { $0.map { entry(bytes[lines[$0].range]) } }
      for (line, entry) in zip(lines, entries) {
        guard let entry else {
          throw JobError.badData("\(path): line \(line.number): cannot be read; expected a line of `einthoven measure --format json`")
        }
        isEmpty = false
        try body(entry)
      }
    }
    if isEmpty { throw JobError.badData("\(path): no measurement in it; expected lines of `einthoven measure --format json`") }
  }

  /// Sixteen stretches, which are a few megabytes.
  private static let linesAtATime = 4096

  private static func entry(_ line: ArraySlice<UInt8>) -> Entry? {
    var walker = JSONWalker(line)
    var entry = Entry(name: "", path: nil, digest: nil, facts: MeasuredFacts(patient: Patient()))
    var hasBeats = false
    let isWhole = walker.object { walker, key in
      if let quantity = MeasuredQuantity(rawValue: key) {
        guard let scalar = walker.scalar() else { return false }
        entry.facts[quantity] = number(scalar)
        return true
      }
      switch key {
      case "record":
        entry.name = walker.string() ?? ""
        return !entry.name.isEmpty
      case "path":
        entry.path = walker.string()
        return entry.path != nil
      case "recording_digest":
        entry.digest = walker.string().map(RecordingDigest.init(hexadecimal:))
        return entry.digest != nil || walker.skipValue()
      case "beats":
        hasBeats = true
        return walker.array { beat(&$0, into: &entry.facts.beats) }
      case "leads": return walker.object { walker, name in lead(&walker, name, into: &entry.facts) }
      case "lead_swap": return swap(&walker, into: &entry.facts)
      default: return other(&walker, key, into: &entry.facts)
      }
    }
    guard isWhole, walker.isAtEnd, !entry.name.isEmpty, hasBeats else { return nil }
    return entry
  }

  private static func other(_ walker: inout JSONWalker, _ key: String, into facts: inout MeasuredFacts) -> Bool {
    switch key {
    case "qrs_axis_low_deg", "qrs_axis_high_deg":
      guard let scalar = walker.scalar() else { return false }
      guard let value = number(scalar) else { return true }
      let other = facts.axisInterval
      facts.axisInterval =
        key == "qrs_axis_low_deg"
        ? DegreeInterval(low: value, high: other?.high ?? value) : DegreeInterval(low: other?.low ?? value, high: value)
      return true
    case "quality":
      guard let word = walker.string() else { return false }
      facts.quality = RecordQuality(rawValue: word) ?? .fair
      return true
    case "irregular":
      guard let scalar = walker.scalar() else { return false }
      facts.isIrregular = truth(scalar)
      return true
    case "low_voltage":
      return walker.object { walker, key in
        guard let scalar = walker.scalar() else { return false }
        if key == "limb" { facts.isLimbLow = truth(scalar) }
        if key == "chest" { facts.isChestLow = truth(scalar) }
        return true
      }
    default: return walker.skipValue()
    }
  }

  private static func beat(_ walker: inout JSONWalker, into beats: inout MeasuredFacts.BeatCounts) -> Bool {
    beats.all += 1
    return walker.object { walker, key in
      switch key {
      case "kind":
        guard let letter = walker.string() else { return false }
        beats[BeatKind(rawValue: letter) ?? .unknown] += 1
      case "p_on":
        guard let scalar = walker.scalar() else { return false }
        if number(scalar) != nil { beats.withP += 1 }
      default: return walker.skipValue()
      }
      return true
    }
  }

  private static func lead(_ walker: inout JSONWalker, _ name: String, into facts: inout MeasuredFacts) -> Bool {
    guard let lead = Lead(signalName: name) else { return walker.skipValue() }
    return walker.object { walker, key in
      if key == "quality" {
        var words: [String] = []
        let isWhole = walker.array { walker in
          guard let word = walker.string() else { return false }
          words.append(word)
          return true
        }
        facts.flaws[lead.rawValue] = words.compactMap { LeadFlaw(rawValue: $0) }
        if words.contains("absent") { facts.absent.append(lead) }
        return isWhole
      }
      guard let field = MeasuredRecord.amplitudes.first(where: { $0.key == key })?.value else { return walker.skipValue() }
      guard let scalar = walker.scalar() else { return false }
      facts.leads[lead.rawValue][keyPath: field] = number(scalar)
      return true
    }
  }

  private static func swap(_ walker: inout JSONWalker, into facts: inout MeasuredFacts) -> Bool {
    var (name, score, reasons): (String?, Double?, [String]) = (nil, nil, [])
    let isObject = walker.object { walker, key in
      switch key {
      case "swap": name = walker.string()
      case "score": score = walker.scalar().flatMap { number($0) }
      case "reasons":
        return walker.array { walker in
          guard let reason = walker.string() else { return false }
          reasons.append(reason)
          return true
        }
      default: return walker.skipValue()
      }
      return true
    }
    if let swap = name.flatMap({ LeadSwap(rawValue: $0) }), let score {
      facts.swap = MeasuredFacts.Swap(swap: swap, score: min(1, max(0, score)), reasons: reasons)
    }
    // Not an object: null.
    return isObject || walker.scalar() != nil
  }

  private static func number(_ field: ArraySlice<UInt8>) -> Double? {
    let value = Double(String(decoding: field, as: UTF8.self))
    return value.flatMap { $0.isFinite ? $0 : nil }
  }

  private static func truth(_ field: ArraySlice<UInt8>) -> Bool? {
    switch String(decoding: field, as: UTF8.self) {
    case "true": true
    case "false": false
    default: nil
    }
  }
}
