import ECG

/// The recordings of the SampleData folder, as one table.
///
/// Names tell nothing of what a recording shows, so that it can be judged unprejudiced. Six recordings carry a wrong LAD label, three in
/// each direction (``RecordingRecipe/isLeftAxisLabelWrong``), so that an audit has something to find.
public enum SampleCollection {
  /// The seed of the recordings that ship with the program.
  public static let seed: UInt64 = 1903

  /// All recordings, in the order of their names.
  public static let recipes: [RecordingRecipe] = [
    RecordingRecipe(
      "heart01", "normal", patient: woman(34), labels: ["SNR"], axis: 58, rhythm: .sinus(beatsPerMinute: 68)),
    RecordingRecipe(
      "heart02", "left axis deviation", patient: man(67), labels: ["LAD", "SNR"], axis: -45, rhythm: .sinus(beatsPerMinute: 74)),
    RecordingRecipe(
      "heart03", "atrial fibrillation, normal axis", patient: man(72), labels: ["AF"], axis: 35,
      rhythm: .atrialFibrillation(beatsPerMinute: 88)),
    RecordingRecipe(
      "heart04", "left anterior fascicular block", patient: man(71), labels: ["LAD", "LAnFB", "SNR"], axis: -58,
      conduction: .leftAnteriorFascicularBlock, rhythm: .sinus(beatsPerMinute: 66)),
    RecordingRecipe(
      "heart05", "normal axis, labelled LAD by mistake", patient: woman(59), labels: ["LAD", "SNR"], axis: 41,
      rhythm: .sinus(beatsPerMinute: 77)),
    RecordingRecipe(
      "heart06", "sinus bradycardia", patient: man(29), labels: ["SB"], axis: 66,
      rhythm: .sinus(beatsPerMinute: 46, respiratoryVariation: 0.05), recorder: Recorder(samplingRateHertz: 257)),
    RecordingRecipe(
      "heart07", "left axis deviation, label missing", patient: woman(74), labels: ["SNR"], axis: -48, rhythm: .sinus(beatsPerMinute: 71),
      noise: NoiseSettings(baselineWander: 0.05, muscle: 0.006)),
    RecordingRecipe(
      "heart08", "complete left bundle branch block", patient: woman(78), labels: ["LBBB", "SNR"], axis: 4,
      conduction: .leftBundleBranchBlock, rhythm: .sinus(beatsPerMinute: 72), prMilliseconds: 172),
    RecordingRecipe(
      "heart09", "normal, muscle noise", patient: man(45), labels: ["SNR"], axis: 49, rhythm: .sinus(beatsPerMinute: 82),
      noise: NoiseSettings(baselineWander: 0.03, muscle: 0.022)),
    RecordingRecipe(
      "heart10", "right axis deviation", patient: man(23), labels: ["RAD", "SNR"], axis: 112,
      conduction: .leftPosteriorFascicularBlock, rhythm: .sinus(beatsPerMinute: 76)),
    RecordingRecipe(
      "heart11", "left axis deviation, baseline wander", patient: woman(70), labels: ["LAD", "SNR"], axis: -38,
      rhythm: .sinus(beatsPerMinute: 69), noise: NoiseSettings(baselineWander: 0.12, muscle: 0.005)),
    RecordingRecipe(
      "heart12", "premature ventricular beats, normal axis", patient: man(63), labels: ["PVC", "SNR"], axis: 44,
      rhythm: .sinus(beatsPerMinute: 73), prematureBeatEvery: 5),
    RecordingRecipe(
      "heart13", "complete right bundle branch block", patient: man(69), labels: ["CRBBB", "SNR"], axis: 74,
      conduction: .rightBundleBranchBlock, rhythm: .sinus(beatsPerMinute: 70)),
    RecordingRecipe(
      "heart14", "left axis deviation, label missing", patient: man(66), labels: ["SNR"], axis: -62,
      conduction: .leftAnteriorFascicularBlock, rhythm: .sinus(beatsPerMinute: 63), recorder: Recorder(samplingRateHertz: 1000)),
    RecordingRecipe(
      "heart15", "sinus tachycardia", patient: woman(38), labels: ["STach"], axis: 63,
      rhythm: .sinus(beatsPerMinute: 118, respiratoryVariation: 0.01), prMilliseconds: 132),
    RecordingRecipe(
      "heart16", "normal, age and sex unknown, 200 units per millivolt", patient: Patient(), labels: ["SNR"], axis: 38,
      rhythm: .sinus(beatsPerMinute: 65), recorder: Recorder(gain: 200, baseline: 1024)),
    RecordingRecipe(
      "heart17", "left axis deviation, 50 Hz interference", patient: man(81), labels: ["LAD", "SNR"], axis: -52,
      rhythm: .sinus(beatsPerMinute: 79), noise: NoiseSettings(baselineWander: 0.03, muscle: 0.006, mains: 0.05)),
    RecordingRecipe(
      "heart18", "low QRS voltages", patient: woman(61), labels: ["LQRSV", "SNR"], axis: 47, voltage: 0.32,
      rhythm: .sinus(beatsPerMinute: 84)),
    RecordingRecipe(
      "heart19", "normal axis, labelled LAD by mistake", patient: man(52), labels: ["LAD", "SNR"], axis: 55,
      rhythm: .sinus(beatsPerMinute: 62), noise: NoiseSettings(baselineWander: 0.06, muscle: 0.008)),
    RecordingRecipe(
      "heart20", "T-wave inversion", patient: woman(64), labels: ["TInv", "SNR"], axis: 40, recovery: .inverted,
      rhythm: .sinus(beatsPerMinute: 75)),
    RecordingRecipe(
      "heart21", "left axis deviation and atrial fibrillation", patient: woman(83), labels: ["LAD", "AF"], axis: -50,
      rhythm: .atrialFibrillation(beatsPerMinute: 96)),
    RecordingRecipe(
      "heart22", "normal, one minute long", patient: man(41), labels: ["SNR"], axis: 53,
      rhythm: .sinus(beatsPerMinute: 67, respiratoryVariation: 0.04), noise: NoiseSettings(baselineWander: 0.05, muscle: 0.005),
      recorder: Recorder(durationSeconds: 60)),
    RecordingRecipe(
      "heart23", "left axis deviation", patient: man(60), labels: ["LAD", "SNR"], axis: -40, rhythm: .sinus(beatsPerMinute: 81),
      recorder: Recorder(samplingRateHertz: 1000)),
    RecordingRecipe(
      "heart24", "sinus arrhythmia", patient: woman(19), labels: ["SA"], axis: 71,
      rhythm: .sinus(beatsPerMinute: 70, respiratoryVariation: 0.17)),
    RecordingRecipe(
      "heart25", "normal, electrode V4 not attached", patient: woman(48), labels: ["SNR"], axis: 50, rhythm: .sinus(beatsPerMinute: 72),
      recorder: Recorder(missingLead: .v4)),
    RecordingRecipe(
      "heart26", "marked left axis deviation", patient: woman(76), labels: ["LAD", "LAnFB", "SNR"], axis: -68,
      conduction: .leftAnteriorFascicularBlock, rhythm: .sinus(beatsPerMinute: 73), recorder: Recorder(samplingRateHertz: 257)),
    RecordingRecipe(
      "heart27", "horizontal axis, still normal", patient: man(57), labels: ["SNR"], axis: 5, rhythm: .sinus(beatsPerMinute: 78)),
    RecordingRecipe(
      "heart28", "left axis deviation, label missing", patient: Patient(ageYears: 69), labels: ["SNR"], axis: -43,
      rhythm: .sinus(beatsPerMinute: 68), noise: NoiseSettings(baselineWander: 0.04, muscle: 0.012)),
    RecordingRecipe(
      "heart29", "first-degree AV block", patient: man(75), labels: ["IAVB", "SNR"], axis: 33, rhythm: .sinus(beatsPerMinute: 61),
      prMilliseconds: 264),
    RecordingRecipe(
      "heart30", "incomplete right bundle branch block", patient: woman(31), labels: ["IRBBB", "SNR"], axis: 68,
      conduction: .incompleteRightBundleBranchBlock, rhythm: .sinus(beatsPerMinute: 66)),
    RecordingRecipe(
      "heart31", "normal axis, labelled LAD by mistake", patient: Patient(sex: .female), labels: ["LAD", "SNR"], axis: 62,
      rhythm: .sinus(beatsPerMinute: 80)),
    RecordingRecipe(
      "heart32", "left axis deviation", patient: man(88), labels: ["LAD", "SNR"], axis: -55, rhythm: .sinus(beatsPerMinute: 58),
      prMilliseconds: 186, recorder: Recorder(gain: 200)),
  ]

  /// The recordings one after another, each made when it is asked for.
  public static func records(seed: UInt64 = seed) -> some Sequence<SignalRecord> {
    let synthesizer = Synthesizer(seed: seed)
    return recipes.lazy.map { synthesizer.record($0) }
  }

  private static func woman(_ ageYears: Int) -> Patient { Patient(ageYears: ageYears, sex: .female) }
  private static func man(_ ageYears: Int) -> Patient { Patient(ageYears: ageYears, sex: .male) }
}
