import ECG
import ECGFiles
import ECGPaper

extension AnnotationLayer {
  /// The name of the layer that the annotators of single leads make together.
  static let perLead = "per lead"

  /// The layers of the annotators whose files lie beside a record; those named after leads, `.i`, `.ii` and so on, make one, each on its lead.
  public static func layers(of beside: AnnotatorsBeside) -> [AnnotationLayer] {
    func layer(_ annotator: AnnotatorsBeside.Annotator, lead: Lead? = nil) -> AnnotationLayer {
      AnnotationLayer(
        name: annotator.name, annotator.annotations, samplingRateHertz: beside.samplingRateHertz, sampleCount: beside.sampleCount,
        leadOfSignal: beside.leadOfSignal, lead: lead)
    }
    let ofLeads = beside.annotators.compactMap { annotator in Lead(signalName: annotator.name).map { (annotator, $0) } }
    let others = beside.annotators.filter { Lead(signalName: $0.name) == nil }.map { layer($0) }
    guard !ofLeads.isEmpty else { return others }
    return others + [AnnotationLayer(name: perLead, joining: ofLeads.map { layer($0, lead: $1) })]
  }
}
