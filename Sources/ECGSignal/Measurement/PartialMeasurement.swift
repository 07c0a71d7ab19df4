import ECG

extension RecordFindings {
  /// Measures a part of a recording, its beats counted in the samples of the whole.
  public init(of recording: Recording, in range: Range<Int>) {
    let part = range.clamped(to: 0..<recording.sampleCount)
    let found = RecordFindings(of: recording.part(part))
    self.init(
      measurements: found.measurements.moved(by: part.lowerBound, in: recording), quality: found.quality, swap: found.swap)
  }
}

extension Recording {
  /// A stretch of the recording.
  fileprivate func part(_ range: Range<Int>) -> Recording {
    var samples: [Float] = []
    samples.reserveCapacity(12 * range.count)
    for lead in Lead.allCases {
      let start = lead.rawValue * sampleCount
      samples += millivolts[(start + range.lowerBound)..<(start + range.upperBound)]
    }
    return Recording(
      name: name, samplingRateHertz: samplingRateHertz, millivolts: samples, sources: sources, patient: patient, diagnoses: diagnoses,
      extraSignals: extraSignals, warnings: warnings)
  }
}

extension Measurements {
  /// The same with every beat so many samples later, in a recording that holds them.
  fileprivate func moved(by offset: Int, in recording: Recording) -> Measurements {
    let moved = beats.map { beat in
      MeasuredBeat(
        rPeak: beat.rPeak + offset, kind: beat.kind, shape: beat.shape, waves: beat.waves.moved(by: offset),
        leads: beat.leads.map { $0.moved(by: offset) })
    }
    return Measurements(
      recording: recording, beats: moved, shapes: shapes, leads: leads, qrsAxisInterval: qrsAxisInterval, rhythm: rhythm,
      lowVoltage: lowVoltage, limbFactors: limbFactors, quantities: quantities)
  }
}

extension BeatWaves {
  fileprivate func moved(by offset: Int) -> BeatWaves {
    func moved(_ wave: WaveMarks?) -> WaveMarks? {
      wave.map { WaveMarks(onset: $0.onset + offset, peak: $0.peak + offset, offset: $0.offset + offset) }
    }
    return BeatWaves(p: moved(p), qrs: moved(qrs), t: moved(t))
  }
}
