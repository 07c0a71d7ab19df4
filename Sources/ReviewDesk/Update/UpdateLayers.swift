extension Update {
  /// Puts all layers of annotators' files off, or where all are off, on.
  static func toggleAllLayers(in state: inout DeskState) -> [Effect] {
    let files = state.layerEntries.filter { $0.place.index > 0 }
    guard !files.isEmpty else {
      state.notice = .hint(
        state.isHidden(.labels) ? "annotations of others are hidden by this study" : "no annotator's file lies beside this recording")
      return [.beep]
    }
    if files.contains(where: \.isOn) {
      state.layers.off.formUnion(files.map(\.name))
    } else {
      state.layers.off.subtract(files.map(\.name))
    }
    return []
  }
}

extension Layers {
  /// Puts a layer on or off.
  mutating func toggle(_ name: String) {
    if off.remove(name) == nil { off.insert(name) }
  }
}
