import ECG

/// How the ventricles are activated.
public enum Conduction: Sendable, Hashable, CaseIterable {
  /// Normal activation, turned as a whole to the wanted axis.
  case normal
  /// Left anterior fascicular block: activation begins to the right and the feet and ends to the left and the head (qR in aVL, rS in II, III, aVF).
  case leftAnteriorFascicularBlock
  /// Left posterior fascicular block: activation begins to the left and the head and ends to the right and the feet (rS in I and aVL, qR in III and aVF).
  case leftPosteriorFascicularBlock
  /// Complete left bundle branch block: broad notched R in I, aVL, V5 and V6, deep S in V1 to V3, T opposite.
  case leftBundleBranchBlock
  /// Complete right bundle branch block: late broad forces to the right and front (rsR' in V1, broad S in I and V6).
  case rightBundleBranchBlock
  /// Incomplete right bundle branch block: the same, smaller and shorter.
  case incompleteRightBundleBranchBlock
  /// A beat from the right ventricular outflow tract: broad, negative in V1, to the feet, T opposite.
  case ventricularEctopic
}

/// How the ventricles recover.
public enum Recovery: Sendable, Hashable, CaseIterable {
  /// T waves as the way of activation makes them.
  case usual
  /// T waves that point right, up and back: inverted in I, II and V3 to V6.
  case inverted
}

/// A heart as the waves of one beat.
public struct HeartModel: Sendable, Hashable {
  /// The P wave's parts, right atrium then left; times from its start.
  public var atrialWaves: [Wave]
  /// The QRS complex; times from its start.
  public var ventricularWaves: [Wave]
  /// The T wave; times from the start of the QRS complex, at one beat a second.
  public var recoveryWaves: [Wave]

  /// The direction of the net QRS area in the frontal plane, in degrees: what is called the axis of an ECG.
  public var qrsAxisDegrees: Double { ventricularWaves.reduce(HeartVector.zero) { $0 + $1.area }.frontalDegrees }

  /// The waves of a kind of conduction, turned in the frontal plane so that the QRS axis is `qrsAxisDegrees`.
  ///
  /// The T wave of a normally conducted beat follows the QRS a fifth of the way, as it does in real axis deviation; that of a bundle branch block
  /// is turned by the same angle as its QRS, because it follows from it.
  public init(conduction: Conduction, qrsAxisDegrees: Double, recovery: Recovery = .usual, voltage: Double = 1) {
    atrialWaves = Self.atria
    ventricularWaves = conduction.ventricularWaves
    recoveryWaves = recovery == .inverted ? Self.invertedRecovery : conduction.recoveryWaves
    let turn = qrsAxisDegrees - self.qrsAxisDegrees
    if recovery == .usual {
      let share = conduction.hasSecondaryRecovery ? 1 : 0.2
      for index in recoveryWaves.indices { recoveryWaves[index].vector = recoveryWaves[index].vector.turned(byDegrees: share * turn) }
    }
    turnVentricles(toAxisDegrees: qrsAxisDegrees)
    for index in ventricularWaves.indices { ventricularWaves[index].vector *= voltage }
    for index in recoveryWaves.indices { recoveryWaves[index].vector *= voltage }
  }

  /// The same kind of heart in another person: every wave varied a little, the QRS axis unchanged.
  public func varied(using generator: inout SeededGenerator) -> HeartModel {
    var heart = self
    let axis = qrsAxisDegrees
    for index in atrialWaves.indices { heart.atrialWaves[index] = atrialWaves[index].varied(using: &generator) }
    for index in ventricularWaves.indices { heart.ventricularWaves[index] = ventricularWaves[index].varied(using: &generator) }
    for index in recoveryWaves.indices { heart.recoveryWaves[index] = recoveryWaves[index].varied(using: &generator) }
    heart.turnVentricles(toAxisDegrees: axis)
    return heart
  }

  private mutating func turnVentricles(toAxisDegrees axis: Double) {
    let turn = axis - qrsAxisDegrees
    for index in ventricularWaves.indices { ventricularWaves[index].vector = ventricularWaves[index].vector.turned(byDegrees: turn) }
  }

  private static let atria = [
    Wave(0.085, frontal: 68, posterior: -30, at: 36, rise: 14),
    Wave(0.080, frontal: 42, posterior: 35, at: 64, rise: 15),
  ]

  private static let invertedRecovery = [Wave(0.30, frontal: -135, posterior: 38, at: 320, rise: 48, fall: 34)]
}

extension Conduction {
  /// Whether the T wave's direction is a consequence of the abnormal QRS.
  var hasSecondaryRecovery: Bool { self == .leftBundleBranchBlock || self == .ventricularEctopic }

  /// The QRS complex: septum, apex, free wall, base of the left ventricle, then what the conduction adds.
  var ventricularWaves: [Wave] {
    switch self {
    case .normal:
      [
        Wave(0.24, frontal: -150, posterior: -48, at: 17, rise: 7),
        Wave(0.60, frontal: 58, posterior: -22, at: 35, rise: 8.5),
        Wave(1.05, frontal: 56, posterior: 40, at: 50, rise: 9),
        Wave(0.34, frontal: -128, posterior: 38, at: 72, rise: 9),
      ]
    case .leftAnteriorFascicularBlock:
      [
        Wave(0.34, frontal: 112, posterior: -45, at: 20, rise: 7),
        Wave(0.62, frontal: -12, posterior: -18, at: 38, rise: 9),
        Wave(0.95, frontal: -58, posterior: 30, at: 56, rise: 10),
        Wave(0.40, frontal: -100, posterior: 32, at: 75, rise: 10.5),
      ]
    case .leftPosteriorFascicularBlock:
      [
        Wave(0.34, frontal: -40, posterior: -34, at: 20, rise: 7),
        Wave(0.60, frontal: 66, posterior: -20, at: 36, rise: 9),
        Wave(1.00, frontal: 116, posterior: 42, at: 53, rise: 10),
        Wave(0.34, frontal: 150, posterior: 36, at: 73, rise: 11),
      ]
    case .leftBundleBranchBlock:
      [
        Wave(0.26, frontal: 40, posterior: -30, at: 24, rise: 10),
        Wave(0.88, frontal: 20, posterior: 57, at: 57, rise: 17),
        Wave(0.72, frontal: -12, posterior: 60, at: 85, rise: 18),
        Wave(0.78, frontal: -28, posterior: 52, at: 114, rise: 15),
      ]
    case .rightBundleBranchBlock: Self.rightBundle(late: 0.78, at: 102, rise: 16)
    case .incompleteRightBundleBranchBlock: Self.rightBundle(late: 0.42, at: 82, rise: 10)
    case .ventricularEctopic:
      [
        Wave(0.85, frontal: 62, posterior: 30, at: 48, rise: 19),
        Wave(1.15, frontal: 78, posterior: 32, at: 88, rise: 19),
        Wave(0.50, frontal: 96, posterior: 44, at: 124, rise: 15),
      ]
    }
  }

  /// The T wave that follows.
  var recoveryWaves: [Wave] {
    switch self {
    case .normal, .leftAnteriorFascicularBlock, .leftPosteriorFascicularBlock:
      [Wave(0.34, frontal: 42, posterior: -36, at: 312, rise: 56, fall: 33)]
    case .leftBundleBranchBlock:
      [Wave(0.48, frontal: 172, posterior: -54, at: 330, rise: 62, fall: 36)]
    case .rightBundleBranchBlock, .incompleteRightBundleBranchBlock:
      [Wave(0.30, frontal: 38, posterior: 4, at: 325, rise: 56, fall: 34)]
    case .ventricularEctopic:
      [Wave(0.62, frontal: -106, posterior: -42, at: 335, rise: 62, fall: 40)]
    }
  }

  private static func rightBundle(late millivolts: Double, at peak: Double, rise: Double) -> [Wave] {
    [
      Wave(0.24, frontal: -150, posterior: -48, at: 17, rise: 7),
      Wave(0.62, frontal: 52, posterior: -18, at: 35, rise: 8.5),
      Wave(0.88, frontal: 48, posterior: 26, at: 50, rise: 9),
      Wave(millivolts, frontal: 172, posterior: -58, at: peak, rise: rise),
    ]
  }
}
