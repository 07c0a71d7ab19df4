import ECG

extension StudyExport {
  /// What is taken out of an export that goes to strangers.
  public struct Deidentification: Sendable {
    /// Readers, and whoever looked behind the blinding, by the names they gave, and what they are called instead.
    public let readers: [String: String]
    /// Data sources by their names, which are those of folders: a hospital, or a diagnosis; and what they are called instead.
    public let sources: [String: String]
    /// What the study is called: the last part of its name, and `study` where that is the name of a folder.
    public let studyName: String
    /// Whether remarks, and comments among annotations, stay, which may name patients.
    public let keepsNotes: Bool

    /// Readers become R1, R2, … in the order in which they began, and sources S1, S2, … in that of the cases; paths go, and remarks unless they are kept.
    ///
    /// - Throws: ``ReviewStoreError``.
    public init(of study: Study, in store: any ReviewStoring, keepsNotes: Bool) throws {
      readers = try StudyExport.readerCodes(of: study, in: store)
      self.keepsNotes = keepsNotes
      let cases = try store.cases(of: study)
      var sources: [String: String] = [:]
      for source in cases.compactMap(\.source) where sources[source] == nil { sources[source] = "S\(sources.count + 1)" }
      self.sources = sources
      let name = study.name.split(separator: "/").last.map(String.init) ?? study.name
      let isFolder = sources[name] != nil || cases.contains { $0.path.split(separator: "/").dropLast().contains { $0 == name } }
      studyName = isFolder ? "study" : name
    }

    /// What was done, for the person who asked for it.
    public var sentence: String {
      "readers are R1, R2, …; sources are S1, S2, …; the names of folders, and paths, are left out, "
        + (keepsNotes
          ? "remarks and comments are as written: read them before you pass them on" : "and so are remarks and comments on the trace")
    }

    /// An annotation without the text of a comment, unless remarks are kept; the name of a stretch stays, since it says what is marked.
    public func annotation(_ annotation: Annotation) -> Annotation {
      guard !keepsNotes, annotation.code == .note, annotation.endSample == nil else { return annotation }
      var plain = annotation
      plain.aux = ""
      return plain
    }

    /// A stroke without comments, and without the name of whoever's layer it began from.
    func stroke(_ stroke: AnnotationStroke) -> AnnotationStroke {
      guard case .change(let changes, let source) = stroke else { return stroke }
      return .change(
        changes.map { AnnotationChange(before: $0.before.map(annotation), after: $0.after.map(annotation)) },
        source: source.flatMap(layer))
    }

    /// What a layer is called instead: as its reader is, where it is the layer or the file of one; nil where it may be the name of somebody else.
    private func layer(_ source: String) -> String? {
      if let code = readers[source] { return code }
      let codes = readers.filter { $0.key.annotatorName == source }.map(\.value)
      guard codes.isEmpty else { return codes.count == 1 ? codes[0] : nil }
      return AnnotationStroke.namelessSources.contains(source) ? source : nil
    }
  }

  /// Takes out who read, and where recordings lie.
  public mutating func deidentify(_ plan: Deidentification, cases: [StudyCase]) {
    let names = Self.uniqueNames(of: cases, withPaths: false)
    for index in rows.indices {
      rows[index].rater = plan.readers[rows[index].rater] ?? rows[index].rater
      rows[index].caseName = rows[index].caseID.flatMap { names[$0] } ?? rows[index].caseName
      rows[index].path = ""
      rows[index].source = rows[index].source.flatMap { plan.sources[$0] }
      rows[index].origin = nil
      rows[index].stroke = rows[index].stroke.map(plan.stroke)
      if !plan.keepsNotes { rows[index].note = "" }
    }
  }
}
