/// What keys ask for between a verdict's key and the word that it is on disk, or taken back: kept until then, for the reader sees the same record
/// all that time.
struct AfterSaving: Sendable {
  /// Whether the case stays open, since the verdict was only stored again with a note.
  var staysOpen = false
  /// Whether the verdict is taken back at once.
  var takesBack = false
  /// Whether another verdict was refused meanwhile.
  ///
  /// The refusal's own word is gone with the word that the first is saved, or taken back.
  var hasRefused = false
  /// The note that the verdict is stored with.
  var note = ""
}
