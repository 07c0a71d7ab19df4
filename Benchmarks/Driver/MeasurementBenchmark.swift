import ECG
import ECGSignal
import Foundation

/// Says how long measuring takes on one thread: a usual record, an hour, and inputs that are made to be hard.
func benchmarkMeasuring() throws {
  let recipe = RecordingRecipe(
    "benchmark", "", patient: Patient(), labels: [], axis: 50, rhythm: .sinus(beatsPerMinute: 72),
    noise: NoiseSettings(baselineWander: 0.05, muscle: 0.02))
  let usual = try Recording(Synthesizer(seed: 1).record(recipe))
  let typical = processorMilliseconds(of: usual, repetitions: 50)
  say(String(format: "measure, 10 s of 12 leads at 500 Hz: %.2f ms", typical))

  let count = usual.sampleCount
  let hour = Recording(
    name: "hour", samplingRateHertz: 500,
    millivolts: Lead.allCases.flatMap { lead in
      let samples = Array(usual[lead])
      return (0..<360 * count).map { samples[$0 % count] }
    })
  say(String(format: "measure, an hour of them: %.2f s", processorMilliseconds(of: hour, repetitions: 2) / 1000))

  var generator = SeededGenerator(seed: 2)
  let noise = (0..<12 * count).map { _ in Float(generator.normal()) }
  let hard: [(String, (Int) -> Float)] = [
    ("noise", { noise[$0] }), ("gaps", { $0 % 2 == 0 ? .nan : noise[$0] }), ("square waves", { $0 % 100 < 20 ? 1 : 0 }),
    ("spikes", { $0 % 45 == 0 ? 5 : 0 }),
  ]
  for (name, value) in hard {
    let recording = Recording(name: name, samplingRateHertz: 500, millivolts: (0..<12 * count).map(value))
    say(String(format: "measure, 10 s of %@: %.2f times the usual", name, processorMilliseconds(of: recording, repetitions: 20) / typical))
  }
}

/// The least processor time of some repetitions.
private func processorMilliseconds(of recording: Recording, repetitions: Int) -> Double {
  let measurer = ECGMeasurer()
  return (0..<repetitions).map { _ in
    let start = milliseconds(CLOCK_THREAD_CPUTIME_ID)
    _ = measurer.measure(recording)
    return milliseconds(CLOCK_THREAD_CPUTIME_ID) - start
  }.min() ?? 0
}
