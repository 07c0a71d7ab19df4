/// The linear relations among the limb leads: III = II − I (Einthoven 1908) and the augmented leads (Goldberger 1942).
///
/// With the right arm's potential as the reference, lead I is the left arm's potential and lead II the left leg's, so every limb lead
/// is a combination `a·I + b·II`. Two limb leads with independent combinations therefore determine the other four.
public enum LimbLeads {
  /// The weights `a` of lead I and `b` of lead II in a limb lead; nil for a chest lead.
  public static func weights(of lead: Lead) -> (leadI: Double, leadII: Double)? {
    switch lead {
    case .i: (1, 0)
    case .ii: (0, 1)
    case .iii: (-1, 1)
    case .aVR: (-0.5, -0.5)
    case .aVL: (1, -0.5)
    case .aVF: (-0.5, 1)
    default: nil
    }
  }

  /// The weights that give `target` from two known limb leads, or nil where a lead is not a limb lead.
  ///
  /// Any two different limb leads are independent, so two of them always suffice.
  public static func combination(for target: Lead, from first: Lead, and second: Lead) -> (first: Double, second: Double)? {
    guard let wanted = weights(of: target), let p = weights(of: first), let q = weights(of: second) else { return nil }
    let determinant = p.leadI * q.leadII - p.leadII * q.leadI
    guard determinant != 0 else { return nil }
    return (
      (wanted.leadI * q.leadII - wanted.leadII * q.leadI) / determinant,
      (wanted.leadII * p.leadI - wanted.leadI * p.leadII) / determinant
    )
  }
}
