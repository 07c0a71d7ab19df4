import ECG

/// What criteria look at: a recording's figures, as it was measured now or as an earlier run of `measure` wrote them down.
public struct MeasuredFacts: Sendable {
  /// How many beats of each kind there are.
  public struct BeatCounts: Sendable, Hashable {
    /// All beats.
    public var all = 0
    /// Beats by ``BeatKind``, in the order of its cases.
    public var byKind = [Int](repeating: 0, count: BeatKind.allCases.count)
    /// Beats with a P wave.
    public var withP = 0

    /// No beat yet.
    public init() {}

    /// Beats of a kind.
    public subscript(kind: BeatKind) -> Int {
      get { byKind[BeatKind.allCases.firstIndex(of: kind) ?? 0] }
      set { byKind[BeatKind.allCases.firstIndex(of: kind) ?? 0] = newValue }
    }
  }

  /// A suspected exchange of electrodes.
  public struct Swap: Sendable, Hashable {
    /// Which.
    public var swap: LeadSwap
    /// How sure, 0 to 1.
    public var score: Double
    /// What speaks for it.
    public var reasons: [String]

    /// A suspicion.
    public init(swap: LeadSwap, score: Double, reasons: [String]) {
      self.swap = swap
      self.score = score
      self.reasons = reasons
    }
  }

  /// Age and sex, by which bounds go.
  public var patient: Patient
  /// The beats.
  public var beats = BeatCounts()
  /// The interval of the QRS axis; nil without an axis.
  public var axisInterval: DegreeInterval?
  /// Amplitudes by lead, in the standard order.
  public var leads: [LeadAmplitudes]
  /// The flaws of each lead, in the standard order.
  public var flaws: [[LeadFlaw]]
  /// Leads that were not recorded.
  public var absent: [Lead]
  /// How far the record can be trusted.
  public var quality: RecordQuality
  /// Whether the rhythm is irregular; nil where there were too few beats.
  public var isIrregular: Bool?
  /// Whether all limb leads, or all chest leads, are small.
  public var (isLimbLow, isChestLow): (Bool?, Bool?) = (nil, nil)
  /// Exchanged electrodes, where they are suspected.
  public var swap: Swap?
  /// Whether millivolts are millivolts: false of leads that were brought to one size, of which only shapes are left.
  public var hasVoltages = true
  private var figures = [Double?](repeating: nil, count: MeasuredQuantity.allCases.count)

  /// Nothing measured yet.
  public init(patient: Patient) {
    self.patient = patient
    leads = Lead.allCases.map(LeadAmplitudes.init(lead:))
    flaws = Lead.allCases.map { _ in [] }
    absent = []
    quality = .good
  }

  /// What was measured of a recording.
  public init(_ measurements: Measurements, quality: LeadQuality, swap: LeadSwapAssessment, patient: Patient) {
    self.init(patient: patient)
    for quantity in MeasuredQuantity.allCases { self[quantity] = measurements[quantity].value }
    beats.all = measurements.beats.count
    for beat in measurements.beats {
      beats[beat.kind] += 1
      if beat.waves.p != nil { beats.withP += 1 }
    }
    axisInterval = measurements.qrsAxisInterval
    leads = measurements.leads
    flaws = quality.flaws
    absent = quality.absent
    self.quality = quality.record
    isIrregular = measurements.rhythm?.isIrregular
    (isLimbLow, isChestLow) = (measurements.lowVoltage?.limb, measurements.lowVoltage?.chest)
    self.swap = swap.suspicion.map { Swap(swap: $0.swap, score: $0.score, reasons: $0.reasons) }
  }

  /// A figure; nil where it could not be measured.
  public subscript(quantity: MeasuredQuantity) -> Double? {
    get { figures[Self.places[quantity] ?? 0] }
    set { figures[Self.places[quantity] ?? 0] = newValue }
  }

  private static let places = Dictionary(uniqueKeysWithValues: MeasuredQuantity.allCases.enumerated().map { ($1, $0) })

  /// The amplitudes of a lead.
  public subscript(lead: Lead) -> LeadAmplitudes { leads[lead.rawValue] }

  /// From the lowest to the highest point of a lead's QRS complex, in millivolts.
  func height(_ lead: Lead) -> Double? {
    let amplitudes = self[lead]
    return amplitudes.rMillivolts.map { $0 - min(amplitudes.qMillivolts ?? 0, amplitudes.sMillivolts ?? 0) }
  }

  /// Net QRS of a lead as a share of its height, -1 to 1; nil where it has none.
  func netShare(_ lead: Lead) -> Double? { share(self[lead].netQRSMillivolts, of: lead) }

  /// A voltage as a share of its lead's QRS complex.
  func share(_ millivolts: Double?, of lead: Lead) -> Double? {
    guard let millivolts, let height = height(lead), height > 0 else { return nil }
    return millivolts / height
  }
}
