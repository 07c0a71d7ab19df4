/// The units of voltage that signals come in.
public enum VoltageUnit {
  /// How many millivolts one of a unit is, as files spell it; nil for a unit that is no voltage.
  ///
  /// No unit at all means mV.
  public static func millivolts(in unit: String) -> Double? {
    switch unit.trimmingWhitespace().lowercased() {
    case "", "mv", "millivolt", "millivolts": 1
    // The micro sign, and the Greek letter that some write in its place.
    case "uv", "µv", "μv", "microvolt", "microvolts": 0.001
    case "nv", "nanovolt", "nanovolts": 0.000_001
    case "v", "volt", "volts": 1000
    default: nil
    }
  }
}
