import ECG
import Foundation

/// A model file whose weights follow from a formula, as in Tests/Oracles/seresnet_formula.py: the same numbers there and here.
public enum FormulaModel {
  /// One tensor of the network.
  public struct Tensor {
    /// Its name in PyTorch.
    public var name: String
    /// Its extent in each dimension.
    public var shape: [Int]
    /// Its numbers in row-major order.
    public var values: [Float]

    /// A tensor of numbers.
    public init(name: String, shape: [Int], values: [Float]) {
      self.name = name
      self.shape = shape
      self.values = values
    }
  }

  /// `count` numbers in 0..<1, a function of `tensor` and the position only.
  public static func uniform(_ tensor: UInt32, _ count: Int) -> [Double] {
    (0..<UInt32(count)).map { index in
      var x = tensor &* 0x9E37_79B9 &+ index &* 0x85EB_CA6B &+ 0x1656_67B1
      x ^= x >> 16
      x = x &* 0x7FEB_352D
      x ^= x >> 15
      x = x &* 0x846C_A68B
      x ^= x >> 16
      return Double(x >> 8) / 16_777_216
    }
  }

  /// A window of the formula's numbers as a recording at 257 Hz.
  ///
  /// - Parameters:
  ///   - sampleCount: Samples of the formula.
  ///   - zeros: Samples of zeros after them.
  public static func recording(sampleCount: Int = 4096, zeros: Int = 0) -> Recording {
    let base = (0..<8).map { lead in
      FormulaModel.uniform(1000 + UInt32(lead), sampleCount).map { 2 * (2 * $0 - 1) } + Array(repeating: 0, count: zeros)
    }
    func limb(_ a: Double, _ b: Double) -> [Double] { zip(base[0], base[1]).map { a * $0 + b * $1 } }
    let leads = [limb(1, 0), limb(0, 1), limb(-1, 1), limb(-0.5, -0.5), limb(1, -0.5), limb(-0.5, 1)] + base[2...]
    return Recording(
      name: "formula", samplingRateHertz: 257, millivolts: leads.flatMap { $0.map { Float($0 / 1000) } },
      patient: Patient(ageYears: 63, sex: .female))
  }

  /// The filters of a lead gate: how many, and whether all leads share them.
  public struct LeadGate: Sendable {
    let filters: Int
    let isShared: Bool

    /// Some filters.
    public init(filters: Int, isShared: Bool) { (self.filters, self.isShared) = (filters, isShared) }
  }

  /// All tensors at a base width, in the order of PyTorch's state dict; of the published form, or with a lead gate.
  ///
  /// - Parameters:
  ///   - measured: Numbers that are taken beside the signal.
  ///   - sources: Sources that a head beside the network tells apart.
  public static func tensors(baseWidth: Int, leadGate: LeadGate? = nil, measured: Int = 0, sources: Int = 0) -> [Tensor] {
    var result: [Tensor] = []
    func add(_ name: String, _ shape: [Int]) {
      let numbers = uniform(UInt32(result.count), shape.reduce(1, *))
      result.append(Tensor(name: name, shape: shape, values: numbers.map { Float(value(of: name, shape: shape, $0)) }))
    }
    func addNormalisation(_ name: String, _ channels: Int) {
      for part in ["weight", "bias", "running_mean", "running_var"] { add("\(name).\(part)", [channels]) }
    }
    if let leadGate {
      add("conv1.weight", [leadGate.filters, leadGate.isShared ? 1 : 12, 15])
      addNormalisation("bn1", 12 * leadGate.filters)
      add("lead_gate.fc.0.weight", [6, 12])
      add("lead_gate.fc.2.weight", [12, 6])
      add("mix.0.weight", [baseWidth, 12 * leadGate.filters, 1])
      addNormalisation("mix.1", baseWidth)
    } else {
      add("conv1.weight", [baseWidth, 12, 15])
      addNormalisation("bn1", baseWidth)
    }
    var inputs = baseWidth
    for layer in 1...4 {
      let channels = baseWidth << (layer - 1)
      for block in 0...1 {
        let name = "layer\(layer).\(block)"
        add("\(name).conv1.weight", [channels, inputs, 7])
        addNormalisation("\(name).bn1", channels)
        add("\(name).conv2.weight", [channels, channels, 7])
        addNormalisation("\(name).bn2", channels)
        add("\(name).se.fc.0.weight", [max(1, channels / 16), channels])
        add("\(name).se.fc.2.weight", [channels, max(1, channels / 16)])
        if layer > 1, block == 0 {
          add("\(name).downsample.0.weight", [channels, inputs, 1])
          addNormalisation("\(name).downsample.1", channels)
        }
        inputs = channels
      }
    }
    add("fc1.weight", [10, 5])
    add("fc1.bias", [10])
    if measured > 0 {
      add("fc2.weight", [16, measured])
      add("fc2.bias", [16])
    }
    add("fc.weight", [24, 10 + (measured > 0 ? 16 : 0) + inputs])
    add("fc.bias", [24])
    if sources > 0 {
      add("source.weight", [sources, inputs + 2 * 24 + 1])
    }
    return result
  }

  private static func value(of name: String, shape: [Int], _ uniform: Double) -> Double {
    let signed = 2 * uniform - 1
    if name.hasSuffix("running_var") { return 0.3 + 0.7 * uniform }
    if name.hasSuffix("running_mean") || name.hasSuffix("bias") { return 0.2 * signed }
    if shape.count == 3 { return signed * (3 / Double(shape[1] * shape[2])).squareRoot() }
    if shape.count == 1 { return 0.7 + 0.6 * uniform }
    return (name == "fc.weight" ? 1 : 3) * signed / Double(shape[1]).squareRoot()
  }

  /// Metadata as a model file holds it.
  public static func metadata(preprocessing: String = "paper", ageKnownSlot: String = "flag") -> String {
    let codes = [
      "10370003", "111975006", "164889003", "164890007", "164909002", "164917005", "164934002", "164947007", "251146004", "270492004",
      "284470004", "39732003", "426177001", "426627000", "426783006", "427084000", "427172004", "427393009", "445118002", "47665007",
      "59931005", "698252002", "713426002", "713427006",
    ]
    let thresholds = Array(repeating: "0.5", count: 24).joined(separator: ",")
    return
      #"{"version":1,"classes":["\#(codes.joined(separator: "\",\""))"],"thresholds":[\#(thresholds)],"preprocessing":"\#(preprocessing)","#
      + #""age_known_slot":"\#(ageKnownSlot)","provenance":"a formula","licence":"none","trained_on":"nothing","scores":{}}"#
  }

  /// A safetensors file, written here by hand so that the program's reader is tested and not its writer.
  public static func bytes(_ tensors: [Tensor], metadata: String? = metadata()) -> Data {
    var entries: [String] = []
    if let metadata {
      let quoted = metadata.replacingOccurrences(of: "\"", with: "\\\"")
      entries.append("\"__metadata__\":{\"einthoven\":\"\(quoted)\"}")
    }
    var data = Data()
    for tensor in tensors {
      let start = data.count
      tensor.values.withUnsafeBytes { data.append(contentsOf: $0) }
      entries.append("\"\(tensor.name)\":{\"dtype\":\"F32\",\"shape\":\(tensor.shape),\"data_offsets\":[\(start),\(data.count)]}")
    }
    return file(header: "{\(entries.joined(separator: ","))}", data: data)
  }

  /// A file of a header and data.
  public static func file(header: String, data: Data, declaredLength: UInt64? = nil) -> Data {
    var result = Data()
    withUnsafeBytes(of: (declaredLength ?? UInt64(header.utf8.count)).littleEndian) { result.append(contentsOf: $0) }
    result.append(contentsOf: header.utf8)
    result.append(data)
    return result
  }
}

/// The largest difference of two numbers at the same place; infinite where there are not as many.
public func largestDifference(_ a: [Float], _ b: [Float]) -> Float {
  a.count == b.count ? zip(a, b).reduce(0) { max($0, abs($1.0 - $1.1)) } : .infinity
}

/// The same of tables.
public func largestDifference(_ a: [[Float]], _ b: [[Float]]) -> Float {
  a.count == b.count ? zip(a, b).reduce(0) { max($0, largestDifference($1.0, $1.1)) } : .infinity
}
