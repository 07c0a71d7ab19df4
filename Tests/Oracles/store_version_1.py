"""Writes a review store of schema version 1, with digests made here and not by the program: for the tests of migration and of the chain's form.

    python3 Tests/Oracles/store_version_1.py Tests/Golden/LabelReview/store-version-1.sqlite

One study of three cases and four events of reader A: present, absent, an undo of the second, and a model's decision.
"""

import hashlib
import os
import sqlite3
import struct
import sys

SCHEMA = """
CREATE TABLE study (id INTEGER PRIMARY KEY, identifier TEXT NOT NULL UNIQUE, name TEXT NOT NULL UNIQUE, diagnosis TEXT NOT NULL,
  question TEXT NOT NULL, blinding TEXT NOT NULL, created_ms INTEGER NOT NULL, settings TEXT NOT NULL) STRICT;
CREATE TABLE study_case (id INTEGER PRIMARY KEY, identifier TEXT NOT NULL UNIQUE, study_id INTEGER NOT NULL REFERENCES study (id),
  position INTEGER NOT NULL, record TEXT NOT NULL, path TEXT NOT NULL, repetition INTEGER NOT NULL, recording_digest TEXT, label TEXT,
  UNIQUE (study_id, position), UNIQUE (study_id, path, repetition)) STRICT;
CREATE TABLE event (sequence INTEGER PRIMARY KEY, identifier TEXT NOT NULL UNIQUE, kind TEXT NOT NULL,
  study_id INTEGER NOT NULL REFERENCES study (id), case_id INTEGER NOT NULL REFERENCES study_case (id), reviewer TEXT NOT NULL,
  verdict TEXT NOT NULL, time_ms INTEGER NOT NULL, spent_ms INTEGER, visible TEXT NOT NULL, note TEXT NOT NULL, recording_digest TEXT,
  model_digest TEXT, probability REAL, program_version TEXT NOT NULL, undoes TEXT UNIQUE REFERENCES event (identifier),
  previous_digest BLOB NOT NULL, digest BLOB NOT NULL) STRICT;
CREATE INDEX event_by_case ON event (study_id, kind, reviewer, case_id, sequence);
CREATE TABLE chain_head (id INTEGER PRIMARY KEY CHECK (id = 1), sequence INTEGER NOT NULL, digest BLOB NOT NULL) STRICT;
CREATE TRIGGER event_is_never_changed BEFORE UPDATE ON event BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;
CREATE TRIGGER event_is_never_removed BEFORE DELETE ON event BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;
"""


def field(value):
    if value is None:
        return b"\0"
    data = value if isinstance(value, bytes) else str(value).encode()
    return b"\1" + struct.pack("<Q", len(data)) + data


def main(path):
    if os.path.exists(path):
        os.remove(path)
    db = sqlite3.connect(path)
    db.executescript(SCHEMA)
    db.execute(f"PRAGMA application_id = {0x45696E74}")
    db.execute("PRAGMA user_version = 1")
    study = ("00000000-0000-4000-8000-000000000001", "39732003", "Is left axis deviation present?")
    db.execute("INSERT INTO study VALUES (1, ?, 'old', ?, ?, '', 1795356000000, '{\"version\":1}')", study)
    cases = []
    for i, label in enumerate(["present", "absent", None]):
        cases.append((f"00000000-0000-4000-8000-00000000010{i}", f"r{i}", 1, label))
        db.execute("INSERT INTO study_case VALUES (?, ?, 1, ?, ?, ?, 1, NULL, ?)", (i + 1, cases[i][0], i, f"r{i}", f"/data/r{i}", label))
    previous = bytes(32)
    ids = [f"00000000-0000-4000-8000-00000000020{i}" for i in range(4)]
    events = [
        (ids[0], "verdict", 0, "A", "present", 1500, "labels model", "", None, None, None),
        (ids[1], "verdict", 1, "A", "absent", None, "", "naïve", None, None, None),
        (ids[2], "undo", 1, "A", "absent", None, "", "", None, None, ids[1]),
        (ids[3], "model-decision", 2, "model", "absent", None, "", "", "m", 0.25, None),
    ]
    for number, (identifier, kind, case, who, verdict, spent, visible, note, model, probability, undoes) in enumerate(events, 1):
        time = 1795356000000 + number
        bits = None if probability is None else struct.unpack("<Q", struct.pack("<d", probability))[0]
        fields = [previous, number, identifier, kind, *study, *cases[case], who, verdict, time, spent, visible, note, None, model, bits, "0.0.9", undoes]
        digest = hashlib.sha256(b"einthoven-event-1" + b"".join(map(field, fields))).digest()
        db.execute(
            "INSERT INTO event VALUES (?, ?, ?, 1, ?, ?, ?, ?, ?, ?, ?, NULL, ?, ?, '0.0.9', ?, ?, ?)",
            (number, identifier, kind, case + 1, who, verdict, time, spent, visible, note, model, probability, undoes, previous, digest),
        )
        previous = digest
    db.execute("INSERT INTO chain_head VALUES (1, ?, ?)", (len(events), previous))
    db.commit()


if __name__ == "__main__":
    main(sys.argv[1])
