import ECG
import Foundation
import SEResNet

// Runs one model on batches of windows and says how long that took; Benchmarks/ratios.py starts it beside the other engines.
//
//   einthoven-bench MODEL THREADS WINDOW [exact|fast]   then, a line each on standard input:
//   f WINDOWS REPETITIONS                          milliseconds a window: wall median, wall least, processor median, processor least
//   p                                              the 24 probabilities of the first window of the batch
//
// WINDOW is a float32 file of 12 x 4096 microvolts; a batch repeats it. The model must declare the preprocessing `paper`.

/// A clock of the system in milliseconds.
func milliseconds(_ clock: clockid_t) -> Double {
  var time = timespec()
  clock_gettime(clock, &time)
  return Double(time.tv_sec) * 1e3 + Double(time.tv_nsec) / 1e6
}

/// A recording that equation 4 of the paper cuts into `count` windows.
func recording(windows count: Int, from values: [Float]) -> Recording {
  let length = 4096 + 3840 * (count - 1)
  let leads = (0..<12).flatMap { lead in (0..<length).map { values[lead * 4096 + $0 % 4096] / 1000 } }
  return Recording(name: "benchmark", samplingRateHertz: 257, millivolts: leads, patient: Patient(ageYears: 60, sex: .female))
}

/// Writes a line at once.
func say(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }

let arguments = CommandLine.arguments
if arguments.count > 1, arguments[1] == "train" {
  try benchmarkTraining(Array(arguments.dropFirst(2)))
  exit(0)
}
if arguments.dropFirst().first == "measure" {
  try benchmarkMeasuring()
  exit(0)
}
guard arguments.count >= 4, let threads = Int(arguments[2]) else {
  FileHandle.standardError.write(Data("usage: einthoven-bench MODEL THREADS WINDOW [exact|fast]\n".utf8))
  exit(64)
}
let bytes = try Data(contentsOf: URL(fileURLWithPath: arguments[3]))
let values = bytes.withUnsafeBytes { Array($0.bindMemory(to: Float.self).prefix(12 * 4096)) }
let precision = arguments.count > 4 ? Precision(rawValue: arguments[4]) ?? .exact : .exact
let predictor = try Predictor(model: Model(contentsOf: URL(fileURLWithPath: arguments[1])), threads: threads, precision: precision)
say("ready \(Predictor.kernelName)")
while let line = readLine() {
  let words = line.split(separator: " ")
  if words.first == "p" {
    let prepared = try predictor.prepare(recording(windows: 1, from: values))
    say(predictor.probabilities(of: prepared, window: 0).map { "\($0)" }.joined(separator: " "))
  } else if words.count == 3, let windows = Int(words[1]), let repetitions = Int(words[2]) {
    let prepared = try predictor.prepare(recording(windows: windows, from: values))
    _ = predictor.predict(prepared)
    var wall: [Double] = []
    var processor: [Double] = []
    for _ in 0..<repetitions {
      let (start, startProcessor) = (milliseconds(CLOCK_MONOTONIC), milliseconds(CLOCK_PROCESS_CPUTIME_ID))
      _ = predictor.predict(prepared)
      processor.append((milliseconds(CLOCK_PROCESS_CPUTIME_ID) - startProcessor) / Double(windows))
      wall.append((milliseconds(CLOCK_MONOTONIC) - start) / Double(windows))
    }
    wall.sort()
    processor.sort()
    say(String(format: "%.3f %.3f %.3f %.3f", wall[repetitions / 2], wall[0], processor[repetitions / 2], processor[0]))
  } else {
    break
  }
}
