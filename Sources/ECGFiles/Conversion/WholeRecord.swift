import ECG

extension SignalRecord {
  /// Makes sure that a record can be written: it has signals, and each has as many samples as its frames need.
  ///
  /// - Throws: ``ECGFileError/notRepresentable(path:reason:)``, naming the output.
  func checkIsWhole(path: String) throws(ECGFileError) {
    guard !signals.isEmpty, frameCount > 0 else { throw .notRepresentable(path: path, reason: "the record has no samples to write") }
    for signal in signals {
      let (expected, overflow) = frameCount.multipliedReportingOverflow(by: signal.samplesPerFrame)
      guard !overflow, signal.samples.count == expected else {
        throw .notRepresentable(path: path, reason: "lead \(signal.name) has \(signal.samples.count) samples; expected \(expected)")
      }
    }
  }
}
