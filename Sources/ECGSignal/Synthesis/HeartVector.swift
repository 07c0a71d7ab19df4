import ECG
import Foundation

/// The heart's electrical dipole at one instant: x to the left, y to the feet, z to the back.
///
/// The frontal part is in the millivolts of the limb leads (a vector of length 1 along x is 1 mV in lead I), the part to the back in those of
/// Frank's lead Z.
public typealias HeartVector = SIMD3<Double>

extension HeartVector {
  /// A vector by length and direction: `frontalDegrees` as the axis of an ECG is counted (0 to the left, +90 to the feet),
  /// `posteriorDegrees` the angle out of the frontal plane towards the back.
  public init(millivolts: Double, frontalDegrees: Double, posteriorDegrees: Double) {
    let frontal = frontalDegrees * .pi / 180
    let posterior = posteriorDegrees * .pi / 180
    self.init(millivolts * cos(posterior) * cos(frontal), millivolts * cos(posterior) * sin(frontal), millivolts * sin(posterior))
  }

  /// The direction in the frontal plane, -180 to 180 degrees.
  public var frontalDegrees: Double { atan2(y, x) * 180 / .pi }

  /// The vector turned about the axis through chest and back; a positive angle turns from the left arm towards the feet.
  public func turned(byDegrees degrees: Double) -> HeartVector {
    let (c, s) = (cos(degrees * .pi / 180), sin(degrees * .pi / 180))
    return HeartVector(x * c - y * s, x * s + y * c, z)
  }
}

/// What each lead sees of the heart vector.
///
/// The limb leads are those of Einthoven's triangle: I at 0, II at 60 degrees of the frontal plane. The chest leads are the rows of Dower's matrix
/// for Frank's X, Y and Z, its columns X and Y divided by what lead I sees of X (0.632) and the frontal plane sees of Y (1.1835 in aVF, times 2/√3), because
/// the heart vector here is counted in limb-lead millivolts. A dipole seen through such a matrix is also the model of Sameni et al. 2007.
/// Source: Dower, Machado & Osborne 1980, Clin. Cardiol. 3:87; the coefficients as in Edenbrandt & Pahlm 1988, J. Electrocardiol. 21:361.
public enum LeadField {
  /// The vector whose scalar product with the heart vector is a lead's voltage in millivolts; for lead I, lead II and the chest leads.
  public static func vector(of lead: Lead) -> HeartVector {
    switch lead {
    case .i: HeartVector(1, 0, 0)
    case .ii: HeartVector(0.5, 3.0.squareRoot() / 2, 0)
    case .v1: chest(-0.515, 0.157, -0.917)
    case .v2: chest(0.044, 0.164, -1.387)
    case .v3: chest(0.882, 0.098, -1.277)
    case .v4: chest(1.213, 0.127, -0.601)
    case .v5: chest(1.125, 0.127, -0.086)
    case .v6: chest(0.831, 0.076, 0.230)
    case .iii, .aVR, .aVL, .aVF: limb(lead)
    }
  }

  private static func chest(_ x: Double, _ y: Double, _ z: Double) -> HeartVector {
    HeartVector(x / 0.632, y / (1.1835 * 2 / 3.0.squareRoot()), z)
  }

  private static func limb(_ lead: Lead) -> HeartVector {
    guard let weights = LimbLeads.weights(of: lead) else { return .zero }
    return weights.leadI * vector(of: .i) + weights.leadII * vector(of: .ii)
  }
}
