import ECGFiles
import Foundation
import TestSupport

extension TemporaryFolder {
  /// Copies a sample under other names into the folder `north`, with the codes of its label, or none where that is nil.
  func samples(_ labels: [(String, String?)]) throws -> [RecordReference] {
    let sample = Checkout.root.appendingPathComponent("SampleData")
    let header = try String(contentsOf: sample.appendingPathComponent("heart01.hea"), encoding: .utf8)
    for (index, (name, label)) in labels.enumerated() {
      let lines = header.split(separator: "\n").map { line -> String in
        if line.hasPrefix("#Dx") { return label.map { "#Dx: \($0)" } ?? "#Note: nothing" }
        return String(line).replacing("heart01 ", with: "\(name) ").replacing("heart01.dat", with: "\(name).dat")
      }
      try write(lines.joined(separator: "\n") + "\n", as: "north/\(name).hea")
      // Records of the same samples would be one recording.
      var samples = try Data(contentsOf: sample.appendingPathComponent("heart01.dat"))
      samples[0] = UInt8(index)
      try write(samples, as: "north/\(name).dat")
    }
    return try RecordLocator.references(at: path)
  }
}
