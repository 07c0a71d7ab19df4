// A study speaks of verdicts and of how they agree: who imports it may speak of them too.
@_exported import Agreement
