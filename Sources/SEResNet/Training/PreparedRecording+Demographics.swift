extension PreparedRecording {
  /// Age and sex as a model takes them.
  func demographics(_ ageKnownSlot: AgeKnownSlot) -> [Float] {
    var result = [Float](repeating: 0, count: NetworkShape.demographicCount)
    result.withUnsafeMutableBufferPointer { values in
      if let base = values.baseAddress { fillDemographics(base, ageKnownSlot: ageKnownSlot) }
    }
    return result
  }
}
